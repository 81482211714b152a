namespace TorchSharp;

// Reductions, sorting, statistics.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor all() => Op.Call("aten::all", this);
        public Tensor all(long dim, bool keepdim = false) => Op.Call("aten::all.dim", this, dim, keepdim);
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amax(dims.ToArray(), keepdim, @out);
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Op.Call("aten::amax", this, dims, keepdim));
        public Tensor amax(params long[] dims) => Op.Call("aten::amax", this, dims);
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amin(dims.ToArray(), keepdim, @out);
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Op.Call("aten::amin", this, dims, keepdim));
        public Tensor amin(params long[] dims) => Op.Call("aten::amin", this, dims);
        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Op.Two("aten::aminmax", this, dim, keepdim);
        public Tensor any() => Op.Call("aten::any", this);
        public Tensor any(long dim, bool keepdim = false) => Op.Call("aten::any.dim", this, dim, keepdim);
        public Tensor argmax() => Op.Call("aten::argmax", this);
        public Tensor argmax(long dim, bool keepdim = false) => Op.Call("aten::argmax", this, dim, keepdim);
        public Tensor argmin() => Op.Call("aten::argmin", this);
        public Tensor argmin(long dim, bool keepdim = false) => Op.Call("aten::argmin", this, dim, keepdim);
        public Tensor argsort(long dim = -1, bool descending = false) => Op.Call("aten::argsort", this, dim, descending);
        public Tensor count_nonzero(long[]? dims = null) => Op.Call("aten::count_nonzero.dim_IntList", this, dims);
        public (Tensor values, Tensor indexes) cummax(long dim) => Op.Two("aten::cummax", this, dim);
        public Tensor cumprod(long dim, ScalarType? type = null) => Op.Call("aten::cumprod", this, dim, type);
        public Tensor cumsum(long dim, ScalarType? type = null) => Op.Call("aten::cumsum", this, dim, type);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Op.Call("aten::histc", this, bins, (Scalar)min, (Scalar)max);
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => Op.Two("aten::kthvalue", this, k, dim ?? -1, keepdim);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Op.Call("aten::log_softmax.int", this, dim, dtype);
        public Tensor logsumexp(long dim, bool keepdim = false) => Op.Call("aten::logsumexp", this, new[] { dim }, keepdim);
        public Tensor mean() => Op.Call("aten::mean", this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::mean.dim", this, dimensions, keepdim, type);
        public Tensor median() => Op.Call("aten::median", this);
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false) => Op.Two("aten::mode", this, dim, keepdim);
        public Tensor msort() => Op.Call("aten::msort", this);
        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) => Op.Call("aten::nanmean", this, dim is { } d ? new long[] { d } : null, keepdim, dtype);
        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Call("aten::nanquantile", this, q, dim, keepdim);
        public Tensor nansum() => Op.Call("aten::nansum", this);
        public Tensor norm(float p = 2f) => Op.Call("aten::norm.Scalar", this, (double)p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2f) => Op.Call("aten::norm.ScalarOpt_dim", this, (double)p, new long[] { dim }, keepdim);
        public Tensor prod(ScalarType? type = null) => Op.Call("aten::prod", this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::prod.dim_int", this, dim, keepdim, type);
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Call("aten::quantile", this, q, dim, keepdim);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Op.Call("aten::softmax.int", this, dim, dtype);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => Op.Two("aten::sort.stable", this, stable, dim, descending);
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::std.correction", Cast(type), new[] { dim.Item1, dim.Item2 }, unbiased ? 1L : 0L, keepdim);
        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::std.correction", Cast(type), new[] { dim.Item1, dim.Item2, dim.Item3 }, unbiased ? 1L : 0L, keepdim);
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::std.correction", Cast(type), dimensions.ToArray(), unbiased ? 1L : 0L, keepdim);
        public Tensor std(bool unbiased = true) => Op.Call("aten::std", this, unbiased);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::std.correction", Cast(type), new[] { dim }, unbiased ? 1L : 0L, keepdim);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::std.correction", Cast(type), dimensions, unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::std_mean.correction", Cast(type), new[] { dim.Item1, dim.Item2 }, unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::std_mean.correction", Cast(type), new[] { dim.Item1, dim.Item2, dim.Item3 }, unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::std_mean.correction", Cast(type), dimensions.ToArray(), unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Op.Two("aten::std_mean", this, unbiased);
        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::std_mean.correction", Cast(type), new[] { dim }, unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::std_mean.correction", Cast(type), dimensions, unbiased ? 1L : 0L, keepdim);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::sum.dim_IntList", this, dim.ToArray(), keepdim, type);
        public Tensor sum(ScalarType? type = null) => Op.Call("aten::sum", this, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::sum.dim_IntList", this, new[] { dim }, keepdim, type);
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::sum.dim_IntList", this, new[] { dim0, dim1 }, keepdim, type);
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::sum.dim_IntList", this, new[] { dim0, dim1, dim2 }, keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::sum.dim_IntList", this, dim, keepdim, type);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Op.Two("aten::topk", this, k, dim, largest, sorted);
        public (Tensor output, Tensor inverse_indices, Tensor counts) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) => Unique(sorted, return_inverse, return_counts, dim);
        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::var.correction", Cast(type), new[] { dim.Item1, dim.Item2 }, unbiased ? 1L : 0L, keepdim);
        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::var.correction", Cast(type), new[] { dim.Item1, dim.Item2, dim.Item3 }, unbiased ? 1L : 0L, keepdim);
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::var.correction", Cast(type), dimensions.ToArray(), unbiased ? 1L : 0L, keepdim);
        public Tensor var(bool unbiased = true) => Op.Call("aten::var", this, unbiased);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::var.correction", Cast(type), new[] { dim }, unbiased ? 1L : 0L, keepdim);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Call("aten::var.correction", Cast(type), dimensions, unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::var_mean.correction", Cast(type), dimensions.ToArray(), unbiased ? 1L : 0L, keepdim);
        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::var_mean.correction", Cast(type), dimensions, unbiased ? 1L : 0L, keepdim);
        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::var_mean.correction", Cast(type), new[] { dim.Item1, dim.Item2 }, unbiased ? 1L : 0L, keepdim);
        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::var_mean.correction", Cast(type), new[] { dim.Item1, dim.Item2, dim.Item3 }, unbiased ? 1L : 0L, keepdim);
        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => Op.Two("aten::var_mean", this, unbiased);
        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Op.Two("aten::var_mean.correction", Cast(type), new[] { dim }, unbiased ? 1L : 0L, keepdim);
    }
}
