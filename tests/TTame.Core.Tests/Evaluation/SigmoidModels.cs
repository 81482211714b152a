using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Evaluation;

/// <summary>Classifiers whose classes do not exclude each other, with an untrained attention: as hospitals have them, down to a single logit.</summary>
internal static class SigmoidModels
{
    /// <summary>A network of this library with weights from the formula.</summary>
    public static LoadedModel Network(string folder, string family, int classes)
    {
        ModelLibrary library = new(folder, new());
        using StateDict weights = SyntheticWeights.Make("sigmoid", family, Architectures.Layout(new(family), classes));
        ModelCard card = TorchvisionCards.Of(family, classes: [.. Enumerable.Range(0, classes).Select(i => $"finding {i}")]) with { Confidence = ConfidenceKind.Sigmoid };
        return WithAttention(library, ModelPublication.Publish(library, card, weights));
    }

    /// <summary>A user's TorchScript program: one logit, two taps, no method <c>head</c>, pictures of 24×24.</summary>
    public static LoadedModel TorchScript(string folder) => WithAttention(new(folder, new()), Program(folder));

    /// <summary>The card and file of that program.</summary>
    public static ModelCard Program(string folder)
    {
        byte[] program = File.ReadAllBytes(Path.Combine(Ground.Repository, "tests", "oracles", "checkpoints", "single-logit.pt"));
        ModelCard card = new()
        {
            Name = "ward", Kind = ModelKind.Cnn, Format = ModelCard.TorchScriptFormat, File = "model.pt", Sha256 = Sha256.Of(program), Input = new(24, 26, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
            Confidence = ConfidenceKind.Sigmoid, Classes = ["pneumonia"], Outputs = ["logits", "first", "second"], Targets = ["second"],
        };
        string path = Directory.CreateDirectory(Path.Combine(folder, card.Name)).FullName;
        File.WriteAllBytes(Path.Combine(path, card.File), program);
        File.WriteAllText(Path.Combine(path, ModelCard.FileName), card.ToJson());
        return card;
    }

    private static LoadedModel WithAttention(ModelLibrary library, ModelCard card)
    {
        using (LoadedModel plain = library.LoadBackbone(card.Name, CPU))
        using (AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.Full, plain.Classifier.Taps, plain.Classifier.Classes, 5, CPU))
        using (StateDict start = attention.ToStateDict())
            ModelPublication.Publish(library, card.Name, plain.Card, start, null, training: null);
        return library.Load(card.Name, CPU);
    }
}
