using TorchSharp;
using static TorchSharp.torch;

namespace Compat.Tests;

[Trait("Kind", "Unit")]
public class TorchSharpScopeTests
{
    [Fact]
    public void Scope_OnDispose_DisposesWhatItOwns()
    {
        Tensor kept, gone, detached;
        using (var outer = NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                gone = ones([1]);
                kept = ones([1]).MoveToOuterDisposeScope();
                detached = ones([1]).DetachFromDisposeScope();
                Assert.Equal(1, inner.DisposablesCount);
            }
            Assert.True(gone.IsInvalid);
            Assert.False(kept.IsInvalid);
            Assert.True(outer.Contains(kept));
        }
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void Scope_AfterDispose_RefusesUse()
    {
        DisposeScope scope = NewDisposeScope();
        scope.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scope.DisposablesCount);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Scopes_DisposedOutOfOrder_LeaveTheOther()
    {
        DisposeScope outer = NewDisposeScope(), inner = NewDisposeScope();
        outer.Dispose();
        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void InPlace_Result_IsTheSameObject()
    {
        using var scope = NewDisposeScope();
        Tensor t = ones([1]);
        Assert.Same(t, t.add_(1));
        Assert.Equal(1, scope.DisposablesCount - 0);
    }
}
