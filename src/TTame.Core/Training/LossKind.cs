namespace TTame.Core.Training;

/// <summary>Which of the two published definitions of the training loss is used.</summary>
public enum LossKind
{
    /// <summary>As printed: area and variation are means over all map values of an image, without border and without epsilon.</summary>
    /// <source>T-TAME:Eq. 11</source>
    Paper,

    /// <summary>As the authors' code computes it: an epsilon in the area, a border term, and a variation that is a sum over all maps.</summary>
    /// <deviation>D4</deviation>
    Official,
}

/// <summary>Which maps of an image the area and variation terms see (the set Ψ).</summary>
/// <source>T-TAME:Eq. 12</source>
public enum PsiRule
{
    /// <summary>The image's own class and min(B, C) − 1 other classes, drawn per image without repetition.</summary>
    RandomClasses,

    /// <summary>The predicted classes of the whole batch, repeats kept, the same for every image.</summary>
    BatchLabels,
}

/// <summary>How the unmasked images of a step are classified.</summary>
public enum PassRule
{
    /// <summary>A batch at once, anew in every step.</summary>
    PerBatch,

    /// <summary>Each image by itself, so that its answer can be kept for the next epoch. Needs windows that are the same in every epoch.</summary>
    PerImage,
}

/// <summary>In what numbers the masked images of a step are classified, and their gradient computed.</summary>
public enum PassPrecision
{
    /// <summary>As everything else.</summary>
    Float32,

    /// <summary>The classifier's weights and activations in bfloat16; the attention mechanism and the loss stay in float32.</summary>
    BFloat16,
}

/// <summary>Where the training window lies in a picture whose shorter side has been resized.</summary>
public enum Augmentation
{
    /// <summary>A window at a random place.</summary>
    Crop,

    /// <summary>A window at a random place, mirrored left to right in half of the cases.</summary>
    CropAndFlip,

    /// <summary>The centre, as in evaluation.</summary>
    Centre,
}
