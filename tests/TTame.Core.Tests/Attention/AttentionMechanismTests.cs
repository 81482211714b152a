using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Attention;

[Trait("Kind", "Unit")]
public sealed class AttentionMechanismTests : IDisposable
{
    private const int Classes = 7;

    private static readonly FeatureTap[] Taps = [new("a", 6, 4), new("b", 10, 8), new("c", 12, 16)];

    private readonly DisposeScope scope = NewDisposeScope();

    public AttentionMechanismTests() => manual_seed(1);

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Variants => new(AttentionVariant.All.Select(variant => variant.Name));

    private static IReadOnlyList<FeatureTap> TapsOf(AttentionVariant variant) => variant.HasBranches ? Taps : Taps[1..2];

    private static FeatureMaps Features(IReadOnlyList<FeatureTap> taps, long batch = 3)
        => new([.. taps.Select(tap => randn(batch, tap.Channels, 64 / tap.Stride, 48 / tap.Stride))]);

    private static AttentionMechanism Trained(AttentionVariant variant)
    {
        AttentionMechanism mechanism = AttentionMechanism.Create(variant, TapsOf(variant), Classes, seed: 5, CPU);
        using (no_grad())
        {
            foreach ((string name, Tensor value) in mechanism.Buffers)
                if (name.EndsWith("running_mean", StringComparison.Ordinal)) value.normal_();
                else if (name.EndsWith("running_var", StringComparison.Ordinal)) value.uniform_(0.2, 2);
            foreach ((string name, Tensor value) in mechanism.Parameters)
                if (name.StartsWith("bns", StringComparison.Ordinal)) value.normal_();
        }
        return mechanism;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Explain_RowsPerImage_EqualThePlainPath(string name)
    {
        AttentionVariant variant = AttentionVariant.Named(name);
        using AttentionMechanism mechanism = Trained(variant);
        FeatureMaps features = Features(TapsOf(variant));
        Tensor classes = tensor(new long[] { 6, 0, 3, 3, 1, 2 }, 3, 2);
        Tensor plain = mechanism.Forward(features).Values;
        Tensor expected = plain.gather(1, classes.view(3, 2, 1, 1).expand(3, 2, plain.size(2), plain.size(3)));
        Close(expected, mechanism.ForwardRows(features, classes).Values);
        Close(expected, mechanism.Explain(features, classes).Values);
        mechanism.Freeze();
        Close(expected, mechanism.Explain(features, classes).Values);
        Close(plain, mechanism.Explain(features, arange(Classes, dtype: ScalarType.Int64)).Values);
    }

    [Fact]
    public void Forward_TapsOfDifferentSizes_MapsHaveTheLargest()
    {
        using AttentionMechanism mechanism = Trained(AttentionVariant.Full);
        Assert.Equal([3, Classes, 16, 12], mechanism.Forward(Features(Taps)).Values.shape);
    }

    [Fact]
    public void Forward_Training_UpdatesRunningStatisticsOnce()
    {
        using AttentionMechanism mechanism = AttentionMechanism.Create(AttentionVariant.Full, Taps, Classes, 5, CPU);
        FeatureMaps features = Features(Taps);
        Tensor before = nn.functional.conv2d(features.Values[0], mechanism.Parameters[0].Value, mechanism.Parameters[1].Value).detach();
        mechanism.ForwardRows(features, tensor(new long[] { 2 }), training: true).Values.sum().backward();
        var buffers = mechanism.Buffers.ToDictionary(buffer => buffer.Name, buffer => buffer.Value);
        Close(before.mean([0, 2, 3]) * 0.1, buffers["bns.0.running_mean"]);
        Close(before.var([0L, 2, 3]) * 0.1 + 0.9, buffers["bns.0.running_var"]);      // unbiased
        Assert.Equal(1, buffers["bns.0.num_batches_tracked"].item<long>());
        Assert.All(mechanism.Parameters, parameter => Assert.NotNull(parameter.Value.grad));
    }

    [Fact]
    public void Forward_AfterFreeze_RefusesToTrain()
    {
        using AttentionMechanism mechanism = Trained(AttentionVariant.Full);
        mechanism.Freeze();
        Assert.Throws<InvalidOperationException>(() => mechanism.Forward(Features(Taps), training: true));
        Assert.All(mechanism.Parameters, parameter => Assert.False(parameter.Value.requires_grad));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Load_WhatToStateDictGave_SameMaps(string name)
    {
        AttentionVariant variant = AttentionVariant.Named(name);
        using AttentionMechanism mechanism = Trained(variant);
        using StateDict weights = mechanism.ToStateDict();
        using AttentionMechanism loaded = AttentionMechanism.Load(weights, variant, TapsOf(variant), Classes, CPU);
        FeatureMaps features = Features(TapsOf(variant));
        Assert.True(mechanism.Forward(features).Values.Equals(loaded.Forward(features).Values));
    }

    [Fact]
    public void Fault32_AttentionOfOtherTaps_Refused()
    {
        using AttentionMechanism mechanism = Trained(AttentionVariant.Full);
        using StateDict weights = mechanism.ToStateDict();
        FeatureTap[] others = [Taps[0] with { Name = "other" }, .. Taps[1..]];
        var error = Assert.Throws<WeightsException>(() => AttentionMechanism.Load(weights, AttentionVariant.Full, others, Classes, CPU));
        Assert.Equal("a:6,b:10,c:12", error.Actual);
    }

    [Fact]
    public void Create_SameSeed_SameWeights()
    {
        using AttentionMechanism one = AttentionMechanism.Create(AttentionVariant.Full, Taps, Classes, 5, CPU);
        using AttentionMechanism two = AttentionMechanism.Create(AttentionVariant.Full, Taps, Classes, 5, CPU);
        using AttentionMechanism other = AttentionMechanism.Create(AttentionVariant.Full, Taps, Classes, 6, CPU);
        Assert.True(one.Parameters[^2].Value.Equals(two.Parameters[^2].Value));
        Assert.False(one.Parameters[^2].Value.Equals(other.Parameters[^2].Value));
        Assert.True(one.Parameters[0].Value.abs().max().item<float>() <= 1 / Math.Sqrt(6));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Classes)]
    public void Fault30_ClassOutOfRange_Throws(long id)
    {
        using AttentionMechanism mechanism = Trained(AttentionVariant.Full);
        Assert.Throws<ArgumentOutOfRangeException>(() => mechanism.Explain(Features(Taps), tensor(new[] { id })));
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = (expected - actual).abs().max().item<float>() / expected.abs().max().item<float>();
        Assert.True(error <= 1e-5, $"off by {error:e2} of the largest value");
    }
}
