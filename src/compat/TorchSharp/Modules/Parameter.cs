namespace TorchSharp.Modules;

/// <summary>A tensor to be trained. Takes the handle of the tensor it is made of, and its place in a scope.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true) : base(Taken(data, out DisposeScope? scope), register: false)
    {
        this.requires_grad = requires_grad;
        scope?.Attach(this);
    }

    private static nint Taken(torch.Tensor data, out DisposeScope? scope)
    {
        scope = data.OwningScope;
        _ = data.Handle;
        return data.DecoupleFromNativeHandle();
    }
}
