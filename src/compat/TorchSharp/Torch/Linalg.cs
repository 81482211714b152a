namespace TorchSharp;

public static partial class torch
{
    public static class linalg
    {
        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_norm.ord_str", input, ord, dims, keepdim);
        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_norm", input, ord, dims, keepdim);
        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_norm", input, (double)ord, dims, keepdim);
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_norm", input, Arg.None, dims, keepdim);
        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_vector_norm", input, ord, dims, keepdim);
        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_matrix_norm.str_ord", input, ord, dims ?? [-2, -1], keepdim);
        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Op.Call("aten::linalg_matrix_norm", input, ord, dims ?? [-2, -1], keepdim);
        public static Tensor inv(Tensor input) => Op.Call("aten::linalg_inv", input);
        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Op.Call("aten::linalg_solve", A, B, left);
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => Op.Three("aten::linalg_svd", input, fullMatrices);
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Op.Two("aten::linalg_eigh", input, UPLO.ToString());
        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Op.Call("aten::linalg_pinv.atol_rtol_float", input, atol, rtol, hermitian);
        public static Tensor pinv(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false) => Op.Call("aten::linalg_pinv.atol_rtol_tensor", input, atol, rtol, hermitian);
        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other) => Op.Four("aten::linalg_lstsq", input, other);
        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other, double rcond) => Op.Four("aten::linalg_lstsq", input, other, rcond);
    }
}
