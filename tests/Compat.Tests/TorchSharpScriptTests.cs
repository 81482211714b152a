using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Testing;
using static TorchSharp.torch;

namespace Compat.Tests;

[Trait("Kind", "Unit")]
public class TorchSharpScriptTests
{
    [SkippableFact]
    public void Forward_OfResnet56_GivesLogitsAndTapsAsTuple()
    {
        string path = Ground.Shared("models/cifar10-resnet56/model.pt");
        using var scope = NewDisposeScope();
        using (torch.no_grad())
        using (var module = torch.jit.load(path))
        {
            module.eval();
            object result = module.forward(rand([2, 3, 32, 32]));
            var tuple = Assert.IsAssignableFrom<System.Runtime.CompilerServices.ITuple>(result);
            Assert.Contains(Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).OfType<Tensor>(), t => t.shape.SequenceEqual([2L, 10]));
            Assert.NotEmpty(module.named_parameters());
            using var again = torch.jit.load(File.ReadAllBytes(path));
            Assert.Equal(module.named_parameters().Count(), again.named_parameters().Count());
        }
    }

    [SkippableFact]
    public void Load_WithTypes_GivesThem()
    {
        string path = Ground.Shared("models/cifar10-resnet56/model.pt");
        using var scope = NewDisposeScope();
        using IDisposable mode = torch.no_grad();
        using var plain = torch.jit.load(path);
        using var typed = torch.jit.load<Tensor, object>(path, "cpu");
        plain.eval();
        typed.eval();
        Assert.False(typed.training);
        Tensor x = rand([1, 3, 32, 32]);
        Assert.Equal(plain.forward(x).GetType(), typed.forward(x).GetType());
        Assert.Equal(1, typed.GetNumberOfInputs());
        Assert.Contains("not", Assert.Throws<ExternalException>(() => plain.invoke("nothing_of_this_name", x)).Message);
        typed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => typed.forward(x));
    }

    [SkippableFact]
    public void To_OtherType_MovesParametersAndBuffers()
    {
        string path = Ground.Shared("models/cifar10-resnet56/model.pt");
        using var scope = NewDisposeScope();
        using var module = torch.jit.load(path);
        module.to(ScalarType.Float64);
        Assert.All(module.named_parameters(), p => Assert.Equal(ScalarType.Float64, p.parameter.dtype));
        Assert.Contains(module.named_buffers(), b => b.name.EndsWith("running_mean", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_MissingOrForeignFile_Throws()
    {
        Assert.Throws<FileNotFoundException>(() => torch.jit.load("nothing.pt"));
        Assert.Throws<ExternalException>(() => torch.jit.load(new byte[64]));
    }
}
