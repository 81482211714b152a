namespace TorchSharp;

// Shapes, joining, gathering.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor argwhere() => Op.Call("aten::argwhere", this);
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Op.Call("aten::as_strided", this, size, strides, storageOffset);
        public Tensor broadcast_to(params long[] shape) => Op.Call("aten::broadcast_to", this, shape);
        public Tensor[] chunk(long chunks, long dim = 0) => Op.Many("aten::chunk", this, chunks, dim);
        public Tensor diag(long diagonal = 0) => Op.Call("aten::diag", this, diagonal);
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Op.Call("aten::diag_embed", this, offset, dim1, dim2);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Op.Call("aten::diagonal", this, offset, dim1, dim2);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Op.Call("aten::expand", this, sizes.ToArray(), isImplicit);
        public Tensor expand(Size sizes, bool isImplicit = false) => Op.Call("aten::expand", this, sizes.Shape, isImplicit);
        public Tensor expand(long[] sizes, bool isImplicit = false) => Op.Call("aten::expand", this, sizes, isImplicit);
        public Tensor expand(params long[] sizes) => Op.Call("aten::expand", this, sizes);
        public Tensor expand_as(Tensor other) => Op.Call("aten::expand_as", this, other);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Op.Call("aten::flatten.using_ints", this, start_dim, end_dim);
        public Tensor flip(params long[] dims) => Op.Call("aten::flip", this, dims);
        public Tensor gather(long dim, Tensor index) => Op.Call("aten::gather", this, dim, index);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Op.Call("aten::index_add", this, dim, index, source, alpha);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Op.InPlace(this, "aten::index_add_", this, dim, index, source, alpha);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Op.InPlace(this, "aten::index_copy_", this, dim, index, source);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Op.InPlace(this, "aten::index_fill_.int_Scalar", this, dim, index, value);
        public Tensor index_select(long dim, Tensor index) => Op.Call("aten::index_select", this, dim, index);
        public Tensor masked_fill(Tensor mask, Scalar value) => Op.Call("aten::masked_fill.Scalar", this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Op.InPlace(this, "aten::masked_fill_.Scalar", this, mask, value);
        public Tensor masked_scatter_(Tensor mask, Tensor value) => Op.InPlace(this, "aten::masked_scatter_", this, mask, value);
        public Tensor masked_select(Tensor mask) => Op.Call("aten::masked_select", this, mask);
        public Tensor movedim(long[] source, long[] destination) => Op.Call("aten::movedim.intlist", this, source, destination);
        public Tensor narrow(long dim, long start, long length) => Op.Call("aten::narrow", this, dim, start, length);
        public Tensor nonzero() => Op.Call("aten::nonzero", this);
        public Tensor permute(IEnumerable<long> permutation) => Op.Call("aten::permute", this, permutation.ToArray());
        public Tensor permute(params long[] permutation) => Op.Call("aten::permute", this, permutation);
        public Tensor repeat(params long[] sizes) => Op.Call("aten::repeat", this, sizes);
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Op.Call("aten::repeat_interleave.self_Tensor", this, repeats, dim, output_size);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Op.Call("aten::repeat_interleave.self_int", this, repeats, dim, output_size);
        public Tensor reshape(params long[] shape) => Op.Call("aten::reshape", this, shape);
        public Tensor roll((long, long) shifts, (long, long) dims) => Op.Call("aten::roll", this, new[] { shifts.Item1, shifts.Item2 }, new[] { dims.Item1, dims.Item2 });
        public Tensor roll((long, long, long) shifts, (long, long, long) dims) => Op.Call("aten::roll", this, new[] { shifts.Item1, shifts.Item2, shifts.Item3 }, new[] { dims.Item1, dims.Item2, dims.Item3 });
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Op.Call("aten::roll", this, shifts.ToArray(), dims.ToArray());
        public Tensor roll(long shifts, long? dims = null) => Op.Call("aten::roll", this, new[] { shifts }, dims is { } d ? new[] { d } : []);
        public Tensor roll(long[] shifts) => Op.Call("aten::roll", this, shifts);
        public Tensor roll(long[] shifts, long[] dims) => Op.Call("aten::roll", this, shifts, dims);
        public Tensor rot90(long k = 1, (long, long)? dims = null) => Op.Call("aten::rot90", this, k, dims is { } d ? new[] { d.Item1, d.Item2 } : new long[] { 0, 1 });
        public Tensor scatter(long dim, Tensor index, Tensor src) => Op.Call("aten::scatter.src", this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Op.InPlace(this, "aten::scatter_.src", this, dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Op.Call("aten::scatter_add", this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Op.InPlace(this, "aten::scatter_add_", this, dim, index, src);
        public Tensor select(long dim, long index) => Op.Call("aten::select.int", this, dim, index);
        public Tensor select_scatter(Tensor src, long dim, long index) => Op.Call("aten::select_scatter", this, src, dim, index);
        public Tensor slice(long dim, long start, long finish, long step) => Op.Call("aten::slice.Tensor", this, dim, start, finish, step);
        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) => Op.Call("aten::slice_scatter", this, src, dim, start, end, step);
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Op.Many("aten::split_with_sizes", this, sizes.ToArray(), dim);
        public Tensor[] split(long size, int dim = 0) => Op.Many("aten::split.Tensor", this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => Op.Many("aten::split_with_sizes", this, sizes, dim);
        public Tensor[] split(params long[] sizes) => Op.Many("aten::split_with_sizes", this, sizes, 0);
        public Tensor squeeze(long? dim = null) => dim is { } d ? Op.Call("aten::squeeze.dim", this, d) : Op.Call("aten::squeeze", this);
        public Tensor squeeze_(long? dim = null) => dim is { } d ? Op.InPlace(this, "aten::squeeze_.dim", this, d) : Op.InPlace(this, "aten::squeeze_", this);
        public Tensor swapaxes(long dim0, long dim1) => Op.Call("aten::swapaxes", this, dim0, dim1);
        public Tensor t() => Op.Call("aten::t", this);
        public Tensor take(Tensor index) => Op.Call("aten::take", this, index);
        public Tensor take_along_dim(IEnumerable<long> indices) => take_along_dim(torch.tensor(indices.ToArray()));
        public Tensor take_along_dim(IEnumerable<long> indices, long dim) => take_along_dim(torch.tensor(indices.ToArray()), dim);
        public Tensor take_along_dim(Tensor indices) => Op.Call("aten::take_along_dim", this, indices);
        public Tensor take_along_dim(Tensor indices, long dim) => Op.Call("aten::take_along_dim", this, indices, dim);
        public Tensor[] tensor_split(Tensor indices, long dim = 0) => Op.Many("aten::tensor_split.tensor_indices_or_sections", this, indices, dim);
        public Tensor[] tensor_split(long size, long dim = 0) => Op.Many("aten::tensor_split.sections", this, size, dim);
        public Tensor[] tensor_split(long[] sizes, long dim = 0) => Op.Many("aten::tensor_split.indices", this, sizes, dim);
        public Tensor tile(long[] reps) => Op.Call("aten::tile", this, reps);
        public Tensor transpose(long dim0, long dim1) => Op.Call("aten::transpose.int", this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => Op.InPlace(this, "aten::transpose_", this, dim0, dim1);
        public Tensor tril(long diagonal = 0) => Op.Call("aten::tril", this, diagonal);
        public Tensor triu(long diagonal = 0) => Op.Call("aten::triu", this, diagonal);
        public Tensor[] unbind(long dimension = 0) => Op.Many("aten::unbind.int", this, dimension);
        public Tensor unflatten(long dim, Size sizes) => Op.Call("aten::unflatten.int", this, dim, sizes.Shape);
        public Tensor unflatten(long dim, params long[] sizes) => Op.Call("aten::unflatten.int", this, dim, sizes);
        public Tensor unfold(long dimension, long size, long step) => Op.Call("aten::unfold", this, dimension, size, step);
        public Tensor unsqueeze(long dim) => Op.Call("aten::unsqueeze", this, dim);
        public Tensor unsqueeze_(long dim) => Op.InPlace(this, "aten::unsqueeze_", this, dim);
        public Tensor view(params long[] shape) => Op.Call("aten::view", this, shape);
        public Tensor view_as(Tensor other) => Op.Call("aten::view_as", this, other);
        public Tensor where(Tensor condition, Tensor y) => Op.Call("aten::where.self", RequireBool(condition), this, y);
        public Tensor T => Op.Call("aten::numpy_T", this);
        public Tensor mT => Op.Call("aten::mT", this);
    }
}
