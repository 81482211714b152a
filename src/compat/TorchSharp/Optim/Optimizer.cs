using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public interface ILearningRateController
        {
            double LearningRate { get; set; }
            double InitialLearningRate { get; set; }
        }

        public interface IMomentum
        {
            double Momentum { get; set; }
        }

        public abstract class Optimizer : IDisposable
        {
            private protected Optimizer() { }
            ~Optimizer() => Dispose(false);

            private protected List<ParamGroup> Groups { get; } = [];

            public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;
            public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(group => group.Parameters);
            // As in the real package: each optimiser has its own.
            public virtual void add_param_group(ParamGroup param_group) => throw new NotImplementedException($"{nameof(add_param_group)}");
            public virtual Tensor step(Func<Tensor> closure = null!) => throw new NotImplementedException($"{nameof(step)}");

            /// <remarks>As in the real package: gradients are filled with zeros, they do not become null.</remarks>
            public virtual void zero_grad()
            {
                foreach (Parameter parameter in parameters())
                {
                    using Tensor? gradient = parameter.grad;
                    if (gradient is null) continue;
                    using IDisposable mode = no_grad();
                    gradient.zero_();
                }
            }

            public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }
            protected virtual void Dispose(bool disposing) { }
        }
    }
}
