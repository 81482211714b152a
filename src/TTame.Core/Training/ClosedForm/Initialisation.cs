namespace TTame.Core.Training.ClosedForm;

/// <summary>What a training starts from.</summary>
public enum Initialisation
{
    /// <summary>Random weights: the paper's start.</summary>
    Random,

    /// <summary>Rows from one regression of all logits on the pooled features of whole photographs: which features go with a class.</summary>
    Pooled,

    /// <summary>Rows from one regression of the logits of masked photographs on the features pooled under the masks: where the evidence for a class lies.</summary>
    Masked,

    /// <summary>Both, added row by row.</summary>
    MaskedAndPooled,
}
