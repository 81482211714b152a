namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly long[] One = [1], OneOne = [1, 1], Zero = [0], ZeroZero = [0, 0];

            private static long[] Pair(long[]? values, long[] fallback) => values is null ? fallback : values.Length == 1 ? [values[0], values[0]] : values;
            private static long[] Pair(long value) => [value, value];
            private static long[] Pair((long, long) values) => [values.Item1, values.Item2];
            private static long[]? Pair(long? value) => value is { } v ? [v, v] : null;
            private static long[]? Pair((long, long)? values) => values is { } v ? [v.Item1, v.Item2] : null;

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Op.Call("aten::conv2d", input, weight, bias, Pair(strides, OneOne), Pair(padding, ZeroZero), Pair(dilation, OneOne), groups);

            public static Tensor conv2d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                Op.Call("aten::conv2d.padding", input, weight, bias, Pair(strides, OneOne), padding == Padding.Same ? "same" : "valid", Pair(dilation, OneOne), groups);

            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1) =>
                Op.Call("aten::conv_transpose2d.input", input, weight, bias, Pair(strides, OneOne), Pair(padding, ZeroZero), Pair(output_padding, ZeroZero), groups, Pair(dilation, OneOne));

            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                Op.Call("aten::conv1d", input, weight, bias, new[] { stride ?? 1 }, new[] { padding ?? 0 }, new[] { dilation ?? 1 }, groups);

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Op.Call("aten::linear", input, weights, bias);

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Op.Call("aten::max_pool2d", input, kernel_size, strides ?? [], padding ?? ZeroZero, dilation ?? OneOne, ceil_mode);

            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, Pair(kernel_size), Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            public static Tensor max_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, Pair(kernel_size), Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            public static (Tensor output, Tensor indices) max_pool2d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Op.Two("aten::max_pool2d_with_indices", input, kernel_size, strides ?? [], padding ?? ZeroZero, dilation ?? OneOne, ceil_mode);

            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Op.Call("aten::avg_pool2d", input, kernel_size, stride ?? [], padding ?? ZeroZero, ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(input, Pair(kernel_size), Pair(stride), Pair(padding), ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(input, Pair(kernel_size), Pair(stride), Pair(padding), ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => Op.Call("aten::adaptive_avg_pool2d", input, output_size);
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) => adaptive_avg_pool2d(input, Pair(output_size));
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => adaptive_avg_pool2d(input, Pair(output_size));

            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size)
            {
                (Tensor output, Tensor indices) = Op.Two("aten::adaptive_max_pool2d", input, output_size);
                indices.Dispose();
                return output;
            }

            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                Op.Call("aten::im2col", input, Pair(kernel_size), Pair(dilation), Pair(padding), Pair(stride));

            public static Tensor unfold(Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                Op.Call("aten::im2col", input, Pair(kernel_size), Pair(dilation) ?? OneOne, Pair(padding) ?? ZeroZero, Pair(stride) ?? OneOne);

            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                Op.Call("aten::col2im", input, Pair(output_size), Pair(kernel_size), Pair(dilation), Pair(padding), Pair(stride));

            public static Tensor fold(Tensor input, (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                Op.Call("aten::col2im", input, Pair(output_size), Pair(kernel_size), Pair(dilation) ?? OneOne, Pair(padding) ?? ZeroZero, Pair(stride) ?? OneOne);
        }
    }
}
