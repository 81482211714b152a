using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;

namespace TTame.Functions.Explain;

/// <summary>A loaded model behind the inference thread of its device.</summary>
internal sealed class ExplainingModel(LoadedModel model, InferenceLoop loop) : IExplainingModel
{
    public ModelIdentity Identity { get; } = new(model.Card.Name, model.JointSha256);

    public IReadOnlyList<string> ClassNames => model.Card.Classes;

    public InputSpec Input => model.Card.Input;

    public string Device { get; } = model.Classifier.Device.ToString();

    public Task<Batched<PictureExplanation>> ExplainAsync(ExplainTask task, CancellationToken cancellation) => loop.ExplainAsync(model, task, cancellation);
}
