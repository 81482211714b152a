namespace TorchSharp;

public static partial class torch
{
    public struct TensorIndex
    {
        private enum Form { Null, Ellipsis, Bool, Single, Slice, Tensor }

        private Form form;
        private long? first, last, step;
        private Tensor? tensor;

        public static TensorIndex Ellipsis = new() { form = Form.Ellipsis };
        public static TensorIndex None = new() { form = Form.Null };
        public static TensorIndex Null = new() { form = Form.Null };
        public static TensorIndex Colon = new() { form = Form.Slice };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { form = Form.Slice, first = start, last = stop, step = step };
        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);
        public static TensorIndex Slice(Range range) => Slice(At(range.Start), range.End.IsFromEnd && range.End.Value == 0 ? null : At(range.End));
        public static TensorIndex Bool(bool value) => new() { form = Form.Bool, first = value ? 1 : 0 };
        public static TensorIndex Single(long? index) => index is null ? Null : new() { form = Form.Single, first = index };
        public static TensorIndex Tensor(Tensor tensor) => new() { form = Form.Tensor, tensor = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex(Index index) => Single(At(index));

        // Only overload resolution needs it.
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("A TensorIndex is no tensor.");

        private static long At(Index index) => index.IsFromEnd ? -index.Value : index.Value;

        /// <summary>
        /// A view of <paramref name="self"/> by everything but tensors, and the tensors by the view's dimension (null where
        /// there is none).
        /// </summary>
        internal static (Tensor View, Tensor?[] Advanced) Apply(Tensor self, TensorIndex[] indices)
        {
            Tensor view = self;
            List<Tensor?> advanced = [];
            long taken = indices.Sum(i => i.form is Form.Single or Form.Slice ? 1 : i.form != Form.Tensor ? 0 : i.tensor!.dtype is ScalarType.Bool or ScalarType.Byte ? i.tensor.ndim : 1);
            foreach (TensorIndex index in indices)
            {
                int at = advanced.Count;
                switch (index.form)
                {
                    case Form.Single: view = view.select(at, index.first!.Value); break;
                    case Form.Slice:
                        if (index.first is not null || index.last is not null || index.step is not null)
                            view = Op.Call("aten::slice.Tensor", view, at, index.first, index.last, index.step ?? 1);
                        advanced.Add(null);
                        break;
                    case Form.Null: view = view.unsqueeze(at); advanced.Add(null); break;
                    case Form.Ellipsis: for (long i = self.ndim - taken; i > 0; i--) advanced.Add(null); break;
                    case Form.Bool: view = view.unsqueeze(at); advanced.Add(torch.tensor(index.first != 0).unsqueeze(0)); break;
                    case Form.Tensor:
                        advanced.Add(index.tensor);
                        if (index.tensor!.dtype is ScalarType.Bool or ScalarType.Byte)
                            for (long i = index.tensor.ndim; i > 1; i--) advanced.Add(Spanned);
                        break;
                }
            }
            return (view, [.. advanced]);
        }

        // Marks a further dimension that a mask of several dimensions covers: it takes no place in the list that libtorch gets.
        internal static readonly Tensor Spanned = new Mark();

        private sealed class Mark() : Tensor(0, register: false);
    }

    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices] { get => index(indices); set => index_put_(value, indices); }
        public Tensor this[params Tensor[] indices] { get => index(indices); set => index_put_(value, indices); }
        public Tensor this[long i1] { get => select(0, i1); set => Put(value, i1); }
        public Tensor this[long i1, long i2] { get => At(i1, i2); set => Put(value, i1, i2); }
        public Tensor this[long i1, long i2, long i3] { get => At(i1, i2, i3); set => Put(value, i1, i2, i3); }
        public Tensor this[long i1, long i2, long i3, long i4] { get => At(i1, i2, i3, i4); set => Put(value, i1, i2, i3, i4); }
        public Tensor this[long i1, long i2, long i3, long i4, long i5] { get => At(i1, i2, i3, i4, i5); set => Put(value, i1, i2, i3, i4, i5); }
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6] { get => At(i1, i2, i3, i4, i5, i6); set => Put(value, i1, i2, i3, i4, i5, i6); }
        public Tensor this[params long[] indices] { get => At(indices); set => Put(value, indices); }

        private Tensor At(params ReadOnlySpan<long> indices)
        {
            Tensor found = this;
            foreach (long i in indices)
            {
                Tensor next = found.select(0, i);
                if (!ReferenceEquals(found, this)) found.Dispose();
                found = next;
            }
            return found;
        }

        private void Put(Tensor value, params ReadOnlySpan<long> indices)
        {
            using Tensor place = At(indices);
            place.copy_(value);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor view, Tensor?[] advanced) = TensorIndex.Apply(this, indices);
            Tensor result = advanced.Any(t => t is not null) ? Op.Call("aten::index.Tensor", view, Arg.Optionals(Listed(advanced)))
                : ReferenceEquals(view, this) ? alias() : view;
            return result.MoveToOuterDisposeScope();
        }

        public Tensor index(params Tensor[] indices) => Op.Call("aten::index.Tensor", this, Arg.Optionals(indices));
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor view, Tensor?[] advanced) = TensorIndex.Apply(this, indices);
            if (advanced.Any(t => t is not null)) Op.InPlace(view, "aten::index_put_", view, Arg.Optionals(Listed(advanced)), Alike(value), accumulate);
            else if (accumulate) view.add_(value);
            else view.copy_(value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Op.InPlace(this, "aten::index_put_", this, Arg.Optionals(indices), Alike(value), accumulate);
        public Tensor index_put_(Scalar value, params TensorIndex[] indices) => index_put_((Tensor)value, indices, false);
        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_((Tensor)value, indices, false);

        private static Tensor?[] Listed(Tensor?[] advanced) => [.. advanced.Where(t => !ReferenceEquals(t, TensorIndex.Spanned))];

        // index_put_ wants the source in the destination's type; a number assigned to a tensor is converted.
        private Tensor Alike(Tensor value) => value.dtype == dtype ? value : value.to_type(dtype);
    }
}
