namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();
            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? x.relu6_().alias() : x.relu6();
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_().alias() : x.gelu();
            public static Tensor gelu(Tensor x) => x.gelu();
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_().alias() : x.silu();
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_().alias() : x.sigmoid();
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().alias() : x.tanh();
            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) => inplace ? x.hardtanh_(min_val, max_val).alias() : x.hardtanh(min_val, max_val);
            public static Tensor hardswish(Tensor input, bool inplace = false) => inplace ? input.hardswish_().alias() : input.hardswish();
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => inplace ? input.hardsigmoid_().alias() : input.hardsigmoid();
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) => inplace ? Op.InPlace(input, "aten::leaky_relu_", input, negative_slope).alias() : input.leaky_relu(negative_slope);
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? Op.InPlace(x, "aten::elu_", x, alpha).alias() : x.elu(alpha);
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace ? Op.InPlace(input, "aten::dropout_", input, p, training).alias() : Op.Call("aten::dropout", input, p, training);
            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace ? Op.InPlace(input, "aten::feature_dropout_", input, p, training).alias() : Op.Call("aten::feature_dropout", input, p, training);

            public static Tensor one_hot(Tensor x, long num_classes = -1)
            {
                if (x.dtype != ScalarType.Int64) throw new ArgumentException("one_hot input tensor must have dtype == Int64");
                return Op.Call("aten::one_hot", x, num_classes);
            }

            /// <remarks>libtorch before 2.0 has the operator under an older name.</remarks>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (p < 0) throw new ArgumentException("p must not be negative");
                if (is_casual && attn_mask is not null) throw new ArgumentException("is_casual must be false when attn_mask is given");
                if (Op.Exists("aten::scaled_dot_product_attention")) return Op.Call("aten::scaled_dot_product_attention", query, key, value, attn_mask, p, is_casual);
                (Tensor attended, Tensor weights) = Op.Two("aten::_scaled_dot_product_attention", query, key, value, attn_mask, p, false, is_casual);
                weights.Dispose();
                return attended;
            }
        }
    }
}
