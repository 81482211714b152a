using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A frozen network: a list of stages with named points, and the weights they read.</summary>
internal abstract class Network(WeightTable weights) : IDisposable
{
    /// <summary>The stages, from standardised images to logits.</summary>
    public abstract IReadOnlyList<Stage> Stages { get; }

    /// <summary>The sets of feature taps that the paper or the official code uses, by name; the first is the default.</summary>
    public abstract IReadOnlyDictionary<string, IReadOnlyList<FeatureTap>> TapSets { get; }

    /// <summary>Number of classes C.</summary>
    public abstract int Classes { get; }

    /// <summary>The weights, owned.</summary>
    public WeightTable Weights { get; } = weights;

    /// <summary>Every named point, from the input to the logits.</summary>
    public IReadOnlyList<string> Points => field ??= [.. Stages.SelectMany(stage => stage.Points)];

    /// <summary>The point that another name means: official code and cards have their own names for some layers.</summary>
    /// <param name="layer">A name.</param>
    public virtual string Resolve(string layer) => layer;

    /// <summary>The feature tap at a point.</summary>
    /// <param name="point">One of <see cref="Points"/>.</param>
    /// <returns>Null where none of <see cref="TapSets"/> has it.</returns>
    public FeatureTap? TapAt(string point) => TapSets.Values.SelectMany(set => set).FirstOrDefault(tap => tap.Name == point);

    /// <summary>Number of the stage that holds <paramref name="point"/>; −1 where none does.</summary>
    /// <param name="point">A point.</param>
    public int StageOf(string point) => Enumerable.Range(0, Stages.Count).FirstOrDefault(i => Stages[i].Points.Contains(point), -1);

    /// <summary>Runs the stages from <paramref name="first"/> to the logits. What a stage made is freed when it has ended.</summary>
    /// <param name="input">Standardised images, or the input of stage <paramref name="first"/>.</param>
    /// <param name="probe">Looks on.</param>
    /// <param name="first">Number of the first stage.</param>
    /// <param name="entering">Told each stage's number and input.</param>
    /// <returns>Logits (B, C), in the caller's dispose scope.</returns>
    public Tensor Run(Tensor input, Probe probe, int first = 0, Action<int, Tensor>? entering = null)
    {
        Tensor x = input;
        for (int i = first; i < Stages.Count; i++)
        {
            entering?.Invoke(i, x);
            Tensor before = x;
            using (var scope = NewDisposeScope())
            {
                x = Stages[i].Run(before, probe);
                x = ReferenceEquals(x, before) ? x.alias() : x;
                x.MoveToOuterDisposeScope();
            }
            if (i > first) before.Dispose();
        }
        return x;
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
