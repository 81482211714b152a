using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent: g = grad + decay·p; buf = μ·buf + (1−τ)·g (the first time g itself); p −= lr·buf, or with Nesterov lr·(g + μ·buf).</summary>
    public class SGD : OptimizerHelper, torch.optim.IMomentum
    {
        private readonly Options defaults;
        // By native handle, as in the real package: a parameter replaced after the optimiser was made is not known here.
        private readonly Dictionary<nint, torch.Tensor?> buffers = [];

        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize) { }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        {
            if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
            if (momentum < 0) throw new ArgumentException($"Invalid momentum value: {momentum}");
            if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
            if (nesterov && (momentum == 0 || dampening != 0)) throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
            defaults = new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize };
            foreach (ParamGroup group in parameters) add_param_group(group);
        }

        /// <summary>The default of groups added later; the groups there are keep theirs.</summary>
        public double Momentum { get => defaults.momentum!.Value; set => defaults.momentum = value; }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            var options = (Options)(param_group.Options ??= new Options());
            options.LearningRate ??= defaults.LearningRate;
            options.momentum ??= defaults.momentum;
            options.dampening ??= defaults.dampening;
            options.weight_decay ??= defaults.weight_decay;
            options.nesterov ??= defaults.nesterov;
            options.maximize ??= defaults.maximize;
            options.InitialLearningRate = options.LearningRate!.Value;
            param_group.Parameters = [.. param_group.Parameters];
            Groups.Add(param_group);
            foreach (Parameter parameter in param_group.Parameters) buffers[parameter.Handle] = null;
        }

        public override torch.Tensor step(Func<torch.Tensor> closure = null!) => ForEachGroup(Update, closure);

        private void Update(Modules.ParamGroup group)
        {
            var options = (Options)group.Options;
            (double rate, double momentum) = (options.LearningRate!.Value, options.momentum!.Value);
            foreach (Parameter parameter in group.Parameters)
            {
                torch.Tensor? buffer = buffers[parameter.Handle];
                if (parameter.grad is not { } gradient) continue;
                if (options.weight_decay!.Value != 0) gradient = gradient.add(parameter, alpha: options.weight_decay.Value);
                if (momentum != 0)
                {
                    if (buffer is null) buffers[parameter.Handle] = buffer = gradient.clone().DetachFromDisposeScope();
                    else buffer.mul_(momentum).add_(gradient, alpha: 1 - options.dampening!.Value);
                    gradient = options.nesterov!.Value ? gradient.add(buffer, alpha: momentum) : buffer;
                }
                parameter.add_(gradient, alpha: options.maximize!.Value ? rate : -rate);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) foreach (torch.Tensor? buffer in buffers.Values) buffer?.Dispose();
            buffers.Clear();
        }

        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;
        }

        public class ParamGroup : ParamGroup<Options>, torch.optim.IMomentum
        {
            public ParamGroup() { }
            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize }) { }

            public double Momentum { get => Options.momentum!.Value; set => Options.momentum = value; }
        }
    }
}
