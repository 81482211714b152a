namespace TTame.Core.Explainers;

/// <summary>What is known of an explainer beforehand.</summary>
/// <param name="Name">As on the command line, with its target layer where one was chosen: <c>grad-cam@blocks.15</c>.</param>
/// <param name="Source">Key of its paper in <c>docs/BIBLIOGRAPHY.md</c>.</param>
/// <param name="ForwardPasses">Network evaluations per explained image, the shared first one included; null where it depends on the classifier's width.</param>
/// <param name="Scaling">When its maps are brought to [0, 1].</param>
public sealed record ExplainerInfo(string Name, string Source, long? ForwardPasses, MapScaling Scaling = MapScaling.BeforeResizing);

/// <summary>When a map is brought to [0, 1] on its way to the image's size.</summary>
public enum MapScaling
{
    /// <summary>Once, at the method's own resolution; then bilinear: T-TAME, L-CAM, and maps that have the image's size already.</summary>
    BeforeResizing,

    /// <summary>Before and once more after bilinear resizing, as the CAM methods' reference code does: interpolation flattens the peak of a coarse map.</summary>
    BeforeAndAfterResizing,

    /// <summary>Once, after bilinear resizing: transformer LRP.</summary>
    AfterResizing,

    /// <summary>Once, after bicubic resizing: IIA.</summary>
    AfterBicubicResizing,
}
