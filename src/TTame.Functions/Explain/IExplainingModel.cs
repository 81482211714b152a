using TTame.Core.Evaluation;
using TTame.Core.Imaging;

namespace TTame.Functions.Explain;

/// <summary>A model that is loaded and explains pictures, many at once.</summary>
public interface IExplainingModel
{
    /// <summary>Name and hash.</summary>
    ModelIdentity Identity { get; }

    /// <summary>Class names by id; empty where the model has none.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>What it wants to be given.</summary>
    InputSpec Input { get; }

    /// <summary>Device that computes, in words.</summary>
    string Device { get; }

    /// <summary>Explains one picture, in one batch with others that come about now.</summary>
    /// <exception cref="TTame.Core.Primitives.ClassSelectionException">It asks for a class that is not there.</exception>
    /// <exception cref="TTame.Core.Primitives.NonFiniteException">The network gave no finite numbers.</exception>
    Task<Batched<PictureExplanation>> ExplainAsync(ExplainTask task, CancellationToken cancellation);
}

/// <summary>The models that explain.</summary>
public interface IExplainingModels
{
    /// <summary>The model of that name.</summary>
    /// <exception cref="ExplainException"><c>bad_model</c>: there is none.</exception>
    /// <exception cref="ModelUnavailableException">It is there, but cannot be used; an operator's matter.</exception>
    Task<IExplainingModel> GetAsync(string name, CancellationToken cancellation);

    /// <summary>Name of the model that explains images which name none.</summary>
    Task<string> DefaultAsync(CancellationToken cancellation);
}

/// <summary>Says that a model is there but cannot be used. Retried, because an operator can mend it.</summary>
/// <param name="model">The model's name.</param>
/// <param name="reason">Why.</param>
public sealed class ModelUnavailableException(string model, string reason) : Exception($"Model '{model}' cannot be used: {reason}")
{
    /// <summary>The model's name.</summary>
    public string Model { get; } = model;

    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}
