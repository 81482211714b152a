using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class OptimizerOptions
{
    public double? LearningRate { get; set; }
    public double InitialLearningRate { get; set; }
}

/// <summary>Parameters that are trained with the same options.</summary>
public class ParamGroup : optim.ILearningRateController
{
    public IEnumerable<Parameter> Parameters { get; set; } = [];
    public OptimizerOptions Options { get; set; } = null!;
    public double LearningRate { get => Options.LearningRate!.Value; set => Options.LearningRate = value; }
    public double InitialLearningRate { get => Options.InitialLearningRate; set => Options.InitialLearningRate = value; }
}

public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
{
    public ParamGroup() { }
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions options = null!) => (Parameters, base.Options) = (parameters, options);
    public new TOptions Options { get => (TOptions)base.Options; set => base.Options = value; }
}

public abstract class OptimizerHelper : optim.Optimizer
{
    public OptimizerHelper() { }

    private protected Tensor ForEachGroup(Action<ParamGroup> update, Func<Tensor>? closure)
    {
        Tensor? loss = closure?.Invoke();
        using IDisposable mode = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (ParamGroup group in Groups) update(group);
        return loss!;
    }
}
