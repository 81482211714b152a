using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Compat.Tests;

[Trait("Kind", "Unit")]
public class TorchSharpTensorTests
{
    [Fact]
    public void Item_TypeOtherThanDtype_Throws()
    {
        using Tensor t = torch.tensor(1.5);
        Assert.Equal(1.5, t.item<double>());
        Assert.Throws<ArgumentException>(() => t.item<float>());
        Assert.Equal(1.5f, (float)t);
    }

    [Fact]
    public void Use_AfterDispose_IsInvalidOperation()
    {
        Tensor t = ones([2, 2]);
        t.Dispose();
        Assert.True(t.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => t.shape);
        Assert.Throws<InvalidOperationException>(() => t + 1);
        using Tensor other = ones([2, 2]);
        Assert.Throws<InvalidOperationException>(() => torch.cat([other, t], 0));
        t.Dispose();
    }

    [Fact]
    public void Error_InLibtorch_IsExternalExceptionWithItsMessage()
    {
        using Tensor a = ones([2, 3]), b = ones([2, 3]);
        var error = Assert.Throws<ExternalException>(() => a.mm(b));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", error.Message);
        Assert.Throws<ExternalException>(() => a.matmul(b));
    }

    [Fact]
    public void Operators_NumbersAndTensors_FollowLibtorchsPromotion()
    {
        using var scope = NewDisposeScope();
        Tensor f = torch.tensor(new[] { 1f, 2f, 4f });
        Assert.Equal(ScalarType.Float32, (f * 2.0).dtype);
        Assert.Equal([1f, 0.5f, 0.25f], (1 / f).data<float>().ToArray());
        Assert.Equal([1f, 0f, -2f], (2 - f).data<float>().ToArray());
        Assert.Equal([0.5f, 1f, 2f], (f / 2).data<float>().ToArray());
        Tensor i = torch.tensor(new long[] { 1, 2 });
        Assert.Equal(ScalarType.Float32, (i / 2).dtype);
        Assert.Equal(ScalarType.Float32, (i + 1.5f).dtype);
        Assert.Equal(ScalarType.Int64, (i + 1).dtype);
        Assert.Equal([false, true], (i >= 2).data<bool>().ToArray());
        Assert.Equal([true, false], (2 > i).data<bool>().ToArray());
    }

    [Fact]
    public void Index_AllForms_SelectWhatTheySay()
    {
        using var scope = NewDisposeScope();
        Tensor t = arange(24).reshape(2, 3, 4);
        Assert.Equal(23, (long)t[1, 2, 3]);
        Assert.Equal([4L, 5, 6, 7], t[0, 1].data<long>().ToArray());
        Assert.Equal([2L, 2, 4], t[.., 1..3].shape);
        Assert.Equal([2L, 3, 2], t[TensorIndex.Ellipsis, TensorIndex.Slice(0, null, 2)].shape);
        Assert.Equal([2L, 1, 3, 4], t[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([3L, 4], t[^1].shape);
        Assert.Equal(12, t[t > 11].numel());
        Assert.Equal([2L, 2, 4], t[TensorIndex.Colon, TensorIndex.Tensor(torch.tensor(new long[] { 2, 0 }))].shape);
        t[t > 11] = 0;
        Assert.Equal(66, (long)t.sum());
        t[0, 0, 0] = 100;
        Assert.Equal(166, (long)t.sum());
        t[TensorIndex.Colon, 0] = torch.tensor(1);
        Assert.Equal(8 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11, (long)t.sum());
    }

    [Fact]
    public void Bytes_OfContiguousTensor_PointIntoIt()
    {
        using Tensor t = torch.tensor(new[] { 1f, 2f, 3f, 4f }, [2, 2]);
        MemoryMarshal.Cast<byte, float>(t.bytes)[3] = 9;
        Assert.Equal([1f, 2f, 3f, 9f], t.data<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => { _ = t.t().bytes.Length; });
        Assert.Equal([1f, 3f, 2f, 9f], t.t().data<float>().ToArray());
    }

    [Fact]
    public void FromArray_SharesMemory_TensorCopies()
    {
        float[] array = [1, 2, 3];
        using Tensor shared = from_array(array), copied = torch.tensor(array);
        array[0] = 7;
        Assert.Equal(7f, shared[0].item<float>());
        Assert.Equal(1f, copied[0].item<float>());
    }

    [Fact]
    public void Random_SameSeed_SameStream()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(3);
        Tensor a = rand([3, 4]), p = randperm(10);
        torch.manual_seed(3);
        Assert.True(a.Equals(rand([3, 4])));
        Assert.True(p.Equals(randperm(10)));
        using var generator = new Generator(3);
        Assert.True(a.Equals(rand([3, 4], generator: generator)));
        Tensor state = generator.get_state();
        Tensor next = randn([5], generator: generator);
        generator.set_state(state);
        Assert.True(next.Equals(randn([5], generator: generator)));
        torch.manual_seed(0);
        Assert.Equal(0.4963f, rand([1]).item<float>(), 4);   // PyTorch's first number after manual_seed(0)
    }

    [Fact]
    public void Generators_EachHaveTheirOwnStream()
    {
        using var scope = NewDisposeScope();
        using Generator first = new(5), second = new(5), third = new(6);
        Tensor a = rand([8], generator: first), b = randn([8], generator: third);
        Assert.True(a.Equals(rand([8], generator: second)));
        Assert.Equal(5, first.initial_seed());
        torch.manual_seed(1);
        Tensor plain = rand([4]);
        torch.manual_seed(1);
        rand([4], generator: first);                               // does not move the default stream
        Assert.True(plain.Equals(rand([4])));
        Tensor state = torch.get_rng_state();
        Tensor next = randperm(20);
        torch.set_rng_state(state);
        Assert.True(next.Equals(randperm(20)));
        third.manual_seed(6);
        Assert.True(b.Equals(randn([8], generator: third)));
        Assert.Throws<ExternalException>(() => first.set_state(ones([3])));
        Tensor p = full([64], 0.5f);
        Assert.True(p.bernoulli(first.manual_seed(9)).Equals(p.bernoulli(second.manual_seed(9))));
        first.Dispose();
        Assert.Throws<InvalidOperationException>(() => rand([1], generator: first));
    }

    [Fact]
    public void Random_AfterManualSeedZero_IsPyTorchsStream()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(0);
        Assert.Equal([0.4963f, 0.7682f, 0.0885f, 0.1320f], rand([4]).data<float>().ToArray().Select(v => MathF.Round(v, 4)));
        torch.manual_seed(0);
        Assert.Equal([1.5410f, -0.2934f, -2.1788f], randn([3]).data<float>().ToArray().Select(v => MathF.Round(v, 4)));
    }

    [Fact]
    public void Functional_SmallCases_GiveKnownValues()
    {
        using var scope = NewDisposeScope();
        Tensor x = arange(16).@float().reshape(1, 1, 4, 4);
        Assert.Equal([5f, 7f, 13f, 15f], F.max_pool2d(x, 2).data<float>().ToArray());
        Assert.Equal([2.5f, 4.5f, 10.5f, 12.5f], F.avg_pool2d(x, 2).data<float>().ToArray());
        Assert.Equal(7.5f, F.adaptive_avg_pool2d(x, 1).item<float>());
        Assert.Equal([1L, 1, 2, 2], F.conv2d(x, ones([1, 1, 3, 3])).shape);
        Assert.Equal([1L, 1, 4, 4], F.conv2d(x, ones([1, 1, 3, 3]), null, [1, 1], [1, 1]).shape);
        Assert.Equal([1L, 1, 8, 8], F.interpolate(x, size: [8, 8], mode: InterpolationMode.Bilinear, align_corners: false).shape);
        Assert.Equal([1L, 1, 8, 8], F.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bicubic, align_corners: true).shape);
        Assert.Throws<ExternalException>(() => F.interpolate(x, size: [8, 8], mode: InterpolationMode.Nearest, align_corners: false));
        Assert.Equal(Math.Log(2), (double)F.cross_entropy(zeros([1, 2]), torch.tensor(new long[] { 1 })), 6);
        Assert.Equal([0.5f, 0.5f, 0f], F.softmax(torch.tensor(new[] { 0f, 0f, -200f }), 0).data<float>().ToArray());
        Assert.Equal([4L, 2], F.one_hot(torch.tensor(new long[] { 0, 1, 1, 0 })).shape);
        Assert.Equal([1L, 2, 3, 8], F.scaled_dot_product_attention(rand([1, 2, 3, 8]), rand([1, 2, 5, 8]), rand([1, 2, 5, 8])).shape);
        Assert.Equal([1L, 1, 6, 6], F.pad(x, [1, 1, 1, 1], PaddingModes.Reflect).shape);
        Tensor normed = F.batch_norm(x, torch.tensor(new[] { 7.5f }), torch.tensor(new[] { 1f }));
        Assert.Equal(0f, normed.mean().item<float>(), 5);
        Assert.Equal([1L, 9, 4], F.unfold(x, 3).shape);
    }

    [Fact]
    public void Reductions_SmallCases_GiveKnownValues()
    {
        using var scope = NewDisposeScope();
        Tensor x = torch.tensor(new[,] { { 3f, 1f, 2f }, { 6f, 5f, 4f } });
        Assert.Equal([6f, 15f], x.sum(1).data<float>().ToArray());
        Assert.Equal([6f, 15f], x.sum([1]).data<float>().ToArray());
        Assert.Equal([2f, 5f], x.mean([1]).data<float>().ToArray());
        Assert.Equal([1f, 1f], x.std(1).data<float>().ToArray());
        Assert.Equal(2f / 3, x.var(1, unbiased: false)[0].item<float>(), 6);
        (Tensor values, Tensor indexes) = x.max(1);
        Assert.Equal([3f, 6f], values.data<float>().ToArray());
        Assert.Equal([0L, 0L], indexes.data<long>().ToArray());
        Assert.Equal([1f, 2f, 3f], x.sort(1).Values[0].data<float>().ToArray());
        Assert.Equal([1L, 2, 0], x.argsort(1)[0].data<long>().ToArray());
        Assert.Equal(2f, x.kthvalue(2, 1).values[0].item<float>());
        Assert.Equal([2f, 5f], x.quantile(0.5f, 1).data<float>().ToArray());
        Assert.Equal(3, x.topk(1, 1).values[0].item<float>());
        Assert.Equal([3f, 4f, 6f], x.cumsum(1)[0].data<float>().ToArray());
        Assert.Equal(ScalarType.Int64, (x > 2).sum().dtype);
        Assert.Equal(6f, x.amax([0, 1]).item<float>());
        Assert.Equal([6f, 5f, 4f], x.flip(1)[1].flip(0).data<float>().ToArray());
        Assert.Equal([[3f, 1f, 2f], [0f, 0f, 0f]], new[] { 0, 1 }.Select(i => torch.where(x < 4, x, 0f)[i].data<float>().ToArray()));
    }

    [Fact]
    public void Linalg_SolveAndEigh_AreExact()
    {
        using var scope = NewDisposeScope();
        Tensor a = torch.tensor(new[,] { { 2.0, 0.0 }, { 0.0, 4.0 } });
        Assert.Equal([1.0, 2.0], torch.linalg.solve(a, torch.tensor(new[] { 2.0, 8.0 })).data<double>().ToArray());
        Assert.Equal([2.0, 4.0], torch.linalg.eigh(a).Item1.data<double>().ToArray());
        Assert.Equal([2.0, 4.0], einsum("ii->i", a).data<double>().ToArray());
    }

    [Fact]
    public void LiveTensors_OverALoop_StayFlat()
    {
        using (Warm()) { }
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 1000; i++)
        {
            using var scope = NewDisposeScope();
            Tensor x = rand([4, 4]);
            _ = (x.matmul(x).relu() + 1).sum([0]);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        static IDisposable Warm() => rand([1]);
    }

    [Fact]
    public void EmptyStrided_ChannelsLast_KeepsItsLayoutThroughConvolution()
    {
        using var scope = NewDisposeScope();
        Tensor x = empty_strided([1, 8, 4, 4], [128, 1, 32, 8]).copy_(rand([1, 8, 4, 4]));
        Assert.False(x.is_contiguous());
        Assert.Equal(x.stride(), F.conv2d(x, rand([8, 8, 1, 1])).stride());
        Assert.Equal([128L, 16, 4, 1], x.contiguous().stride());
    }

    [Fact]
    public void Parameter_StealsTheHandle()
    {
        Tensor data = ones([2]);
        using var parameter = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.Equal([1f, 1f], parameter.data<float>().ToArray());
    }
}
