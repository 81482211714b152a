using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Compat.Tests;

/// <summary>For tests that count tensors or memory of the whole process: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>Who owns a tensor, and what happens to whoever uses it afterwards: always an exception, never a crash.</summary>
[Collection(Alone.Name)]
[Trait("Kind", "Unit")]
public class TorchSharpLifetimeTests
{
    public static TheoryData<string, Action<Tensor>> Uses => new()
    {
        { "shape", t => _ = t.shape }, { "ndim", t => _ = t.ndim }, { "numel", t => t.numel() }, { "dtype", t => _ = t.dtype },
        { "device", t => _ = t.device }, { "bytes", t => _ = t.bytes.Length }, { "data", t => t.data<float>() }, { "item", t => t.item<float>() },
        { "stride", t => t.stride() }, { "is_contiguous", t => t.is_contiguous() }, { "requires_grad", t => _ = t.requires_grad },
        { "grad", t => _ = t.grad }, { "set grad", t => t.grad = ones([1]) }, { "as gradient", t => ones([1]).grad = t },
        { "backward", t => t.backward() }, { "autograd", t => torch.autograd.grad([t], [t]) }, { "retain_grad", t => t.retain_grad() },
        { "left operand", t => t.add(1) }, { "right operand", t => ones([1]).add(t) }, { "in place", t => t.add_(1) }, { "in a list", t => stack([ones([1]), t]) },
        { "index", t => _ = t[0] }, { "as index", t => _ = ones([1])[t] }, { "as value", t => ones([1])[0] = t }, { "bias", t => F.conv2d(ones([1, 1, 1, 1]), ones([1, 1, 1, 1]), t) },
        { "to", t => t.to(ScalarType.Float64) }, { "cpu", t => t.cpu() }, { "cast", t => _ = (float)t }, { "equals", t => t.Equals(ones([1])) },
        { "parameter", t => new Parameter(t) }, { "generator state", t => torch.set_rng_state(t) }, { "save in einsum", t => einsum("i->", t) },
    };

    [Theory]
    [MemberData(nameof(Uses), DisableDiscoveryEnumeration = true)]
    public void Use_AfterDispose_IsInvalidOperation(string use, Action<Tensor> action)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor t = ones([1]);
        t.Dispose();
        Assert.True(Assert.Throws<InvalidOperationException>(() => action(t)).Message.Contains("empty handle"), use);
    }

    [Fact]
    public void Dispose_OfOneWrapper_LeavesOthersOnTheSameStorage()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor whole = arange(6).@float();
        Tensor view = whole.view(2, 3), row = view[1];
        whole.Dispose();
        view.Dispose();
        Assert.Equal([3f, 4f, 5f], row.data<float>().ToArray());
    }

    [Fact]
    public void Dispose_OfIntermediates_LeavesTheGraph()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones([3], requires_grad: true);
        Tensor square = x * x;
        Tensor sum = square.sum();
        square.Dispose();
        sum.backward();
        Assert.Equal([2f, 2f, 2f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Accessor_AfterTensorIsGone_KeepsItAlive()
    {
        TensorAccessor<float> accessor = Data();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(4096, accessor.Count(value => value == 7));
        static TensorAccessor<float> Data() => full([4096], 7f).data<float>();
    }

    [Fact]
    public void FromArray_AfterTensorIsGone_UnpinsTheArray()
    {
        WeakReference array = Shared();
        for (int i = 0; i < 5 && array.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(array.IsAlive);
        static WeakReference Shared()
        {
            float[] numbers = new float[10_000];
            using Tensor t = from_array(numbers);
            t.fill_(1);
            return new WeakReference(numbers);
        }
    }

    [Fact]
    public void Finaliser_OfForgottenTensors_GivesThemBack()
    {
        long before = Tensor.TotalCount;
        Forget();
        for (int i = 0; i < 10 && Tensor.TotalCount > before + 50; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.True(Tensor.TotalCount <= before + 50, $"{Tensor.TotalCount - before} tensors of 1000 are still there");
        static void Forget() { for (int i = 0; i < 1000; i++) _ = ones([4]); }
    }

    [Fact]
    public void Scope_OfOtherThread_IsNotTheCurrentOne()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? made = null;
        bool scoped = true;
        var thread = new Thread(() => { scoped = CurrentDisposeScope is not null; made = ones([1]); });
        thread.Start();
        thread.Join();
        Assert.False(scoped);
        Assert.False(scope.Contains(made!));
        scope.Attach(made!);
        scope.DisposeEverything();
        Assert.True(made!.IsInvalid);
    }

    [Fact]
    public void Scope_Misused_ThrowsAndGoesOn()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Throws<InvalidOperationException>(() => scope.Attach(new MemoryStream()));
        Tensor elsewhere = ones([1]).DetachFromDisposeScope();
        scope.MoveToOuter(elsewhere);
        scope.Detach(elsewhere);
        Assert.False(elsewhere.IsInvalid);
        elsewhere.Dispose();
    }

    [Fact]
    public void DisposeEverythingBut_Keeps_WhatItIsTold()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = ones([1]), gone = ones([1]);
        scope.DisposeEverythingBut(kept);
        Assert.True(gone.IsInvalid);
        Assert.True(scope.Contains(kept));
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Parameter_InScope_TakesTheTensorsPlace()
    {
        Parameter inside, outside;
        using (DisposeScope scope = NewDisposeScope())
        {
            inside = new Parameter(ones([1]));
            outside = (Parameter)new Parameter(ones([1])).DetachFromDisposeScope();
            Assert.Equal(1, scope.DisposablesCount);
        }
        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        outside.Dispose();
    }

    [Fact]
    public void Error_OfEveryKind_ArrivesWithLibtorchsWords()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = ones([2, 3]);
        Assert.Contains("must match the size of tensor b", Assert.Throws<ExternalException>(() => a + ones([2, 4])).Message);
        Assert.Contains("invalid for input of size 6", Assert.Throws<ExternalException>(() => a.view(5)).Message);
        Assert.Contains("out of range", Assert.Throws<ExternalException>(() => a.select(0, 7)).Message);
        Assert.Matches("scalar type|same dtype", Assert.Throws<ExternalException>(() => a.mm(ones([3, 2], ScalarType.Float64))).Message);
        Assert.Contains("grad can be implicitly created only for scalar outputs", Assert.Throws<ExternalException>(() => ones([2], requires_grad: true).mul(2).backward()).Message);
        Assert.Contains("does not require grad", Assert.Throws<ExternalException>(() => ones([1]).backward()).Message);
        Tensor x = ones([1], requires_grad: true), y = x * x;
        y.backward();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => y.backward()).Message);
        Assert.Throws<ExternalException>(() => empty([1L << 60]));
        Assert.Equal(6f, a.sum().item<float>());
    }

    [Fact]
    public void LiveTensors_OverThousandsOfTrainingSteps_StayFlat()
    {
        using DisposeScope outer = NewDisposeScope();
        Tensor w = rand([4, 4]).requires_grad_();
        Step();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5000; i++) Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor loss = (w.matmul(ones([4, 2])).relu() + 1).sum([0]).mean();
            loss.backward();
            using (no_grad()) w.sub_(w.grad! * 0.001f);
            w.grad = null;
            _ = w[.., 1..3].max(1).values.ToSingleOfFirst();
        }
    }

    [Fact]
    public void Memory_OverManyLargeTensors_StaysFlat()
    {
        Fill();
        long before = Resident();
        for (int i = 0; i < 300; i++) Fill();
        Assert.True(Resident() - before < 512L << 20, $"{(Resident() - before) >> 20} MiB more than before");

        static void Fill()
        {
            using DisposeScope scope = NewDisposeScope();
            _ = ones([1 << 20]) * 2;                               // 2 × 4 MiB, 2.4 GiB in all
        }

        static long Resident() { using var process = System.Diagnostics.Process.GetCurrentProcess(); return process.WorkingSet64; }
    }

    [Fact]
    public void Threads_EachWithItsScope_WorkSideBySide()
    {
        long before = Tensor.TotalCount;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (int i = 0; i < 200; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable mode = worker % 2 == 0 ? no_grad() : enable_grad();
                Tensor x = full([8, 8], (float)worker, requires_grad: true);
                Tensor sum = (x * 2).sum();
                Assert.Equal(worker % 2 != 0, sum.requires_grad);
                Assert.Equal(worker * 128f, sum.item<float>());
                if (sum.requires_grad) sum.backward();
            }
        });
        Assert.True(Tensor.TotalCount - before < 1000);
    }
}

file static class Reading
{
    public static float ToSingleOfFirst(this Tensor t) => (float)t[0];
}
