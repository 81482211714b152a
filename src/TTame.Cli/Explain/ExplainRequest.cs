using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Cli.Explain;

/// <summary>What <c>ttame explain</c> is asked for.</summary>
/// <param name="Files">The files.</param>
/// <param name="Folder">Where results go.</param>
/// <param name="Classes">The classes wanted of each.</param>
/// <param name="Measure">Whether faithfulness is measured: three more passes a picture.</param>
/// <param name="Overlay">How overlays look.</param>
/// <param name="Grey">Whether each map is also written alone, as a grey picture.</param>
/// <param name="BatchSize">Pictures per pass.</param>
internal sealed record ExplainRequest(IReadOnlyList<PictureFile> Files, string Folder, ClassSelection Classes, bool Measure, OverlayOptions Overlay, bool Grey, int BatchSize);

/// <summary>What became of one file.</summary>
/// <param name="File">The file.</param>
/// <param name="Result">Its record, where it was explained.</param>
/// <param name="Failure">Code and reason, where it was not.</param>
internal sealed record ExplainedFile(PictureFile File, ResultRecord? Result, ImageContentException? Failure);
