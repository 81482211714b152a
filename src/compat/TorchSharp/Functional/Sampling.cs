namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                long rank = x.ndim - 2;
                Require(size is null != scale_factor is null, "give either size or scale_factor to interpolate");
                Require(size is null || size.Length == rank, $"interpolate: size has {size?.Length} elements for an input with {rank} spatial dimensions");
                if (scale_factor is { Length: 1 }) scale_factor = [.. Enumerable.Repeat(scale_factor[0], (int)rank)];
                if (scale_factor is not null && (recompute_scale_factor || mode == InterpolationMode.Area))
                {
                    long[] shape = x.shape;
                    (size, scale_factor) = ([.. scale_factor.Select((factor, i) => (long)Math.Floor(shape[i + 2] * factor))], null);
                }
                bool linear = mode is InterpolationMode.Linear or InterpolationMode.Bilinear or InterpolationMode.Bicubic or InterpolationMode.Trilinear;
                Require(linear || align_corners is null, "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear");
                Require(!antialias || mode is InterpolationMode.Bilinear or InterpolationMode.Bicubic, "Anti-alias option is only supported for bilinear and bicubic modes");
                bool align = align_corners ?? false;
                return (mode, rank) switch
                {
                    (InterpolationMode.Nearest, >= 1 and <= 3) => Op.Call($"aten::upsample_nearest{rank}d.vec", x, size, scale_factor),
                    (InterpolationMode.NearestExact, >= 1 and <= 3) => Op.Call($"aten::_upsample_nearest_exact{rank}d.vec", x, size, scale_factor),
                    (InterpolationMode.Linear, 1) => Op.Call("aten::upsample_linear1d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Bilinear, 2) => Op.Call(antialias ? "aten::_upsample_bilinear2d_aa.vec" : "aten::upsample_bilinear2d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Bicubic, 2) => Op.Call(antialias ? "aten::_upsample_bicubic2d_aa.vec" : "aten::upsample_bicubic2d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Trilinear, 3) => Op.Call("aten::upsample_trilinear3d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Area, 1) => Op.Call("aten::adaptive_avg_pool1d", x, size),
                    (InterpolationMode.Area, 2) => Op.Call("aten::adaptive_avg_pool2d", x, size),
                    (InterpolationMode.Area, 3) => Op.Call("aten::adaptive_avg_pool3d", x, size),
                    _ => throw new System.Runtime.InteropServices.ExternalException($"interpolate: {mode} does not fit an input of {x.ndim} dimensions"),
                };
            }

            // What libtorch itself would refuse, so of the same kind as its errors.
            private static void Require(bool condition, string otherwise)
            {
                if (!condition) throw new System.Runtime.InteropServices.ExternalException(otherwise);
            }

            public static Tensor upsample(Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                interpolate(input, size, scale_factor, (InterpolationMode)mode, mode == UpsampleMode.Nearest ? null : align_corners);

            public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) => upsample(x, size, scale_factor, UpsampleMode.Bilinear, align_corners);
            public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) => upsample(x, size, scale_factor);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                mode is PaddingModes.Constant or PaddingModes.Zeros
                    ? Op.Call("aten::constant_pad_nd", input, pad, mode == PaddingModes.Zeros ? 0.0 : value)
                    : Op.Call("aten::pad", input, pad, mode.ToString().ToLowerInvariant());

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, pad.ToArray(), mode, value);
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, [pad.Item1, pad.Item2], mode, value);
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <remarks>As in the real package: every dimension is padded, batch and channels included.</remarks>
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                long[] pads = new long[2 * input.ndim];
                Array.Fill(pads, pad);
                return functional.pad(input, pads, mode, value);
            }

            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null)
            {
                long padding = padding_mode switch { GridSamplePaddingMode.Border => 1, GridSamplePaddingMode.Reflection => 2, _ => 0 };
                return Op.Call("aten::grid_sampler", input, grid, mode == GridSampleMode.Nearest ? 1 : 0, padding, align_corners ?? false);
            }

            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) => Op.Call("aten::affine_grid_generator", theta, size, align_corners);
        }
    }
}
