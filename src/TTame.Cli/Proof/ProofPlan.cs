namespace TTame.Cli.Proof;

/// <summary>What the proof is made with. The lists are the first pictures of the tars: the same ones every time.</summary>
/// <param name="Shared">Folder with <c>data/</c> and <c>models/</c>.</param>
/// <param name="Folder">Where Azurite, logs and figures go.</param>
/// <param name="Training">Pictures to train on.</param>
/// <param name="Validation">Pictures by which the learning rates are compared.</param>
/// <param name="Test">Pictures of the last measurement.</param>
/// <param name="Threads">CPU threads of the numerics.</param>
/// <param name="Seed">Seed of the runs, and of the moments at which the service is killed.</param>
internal sealed record ProofPlan(string Shared, string Folder, int Training, int Validation, int Test, int Threads, ulong Seed)
{
    /// <summary>The classifier.</summary>
    public const string Model = "cifar10-resnet56";

    /// <summary>What T-TAME is compared with: the layer that Grad-CAM is at its best on.</summary>
    public const string Rival = "grad-cam@layer3";

    /// <summary>Highest learning rates tried.</summary>
    public static readonly double[] Rates = [1e-3, 3e-4];

    /// <summary>Passes over the training list.</summary>
    public const int Epochs = 2;

    /// <summary>Times that the service is killed.</summary>
    public const int Kills = 5;

    /// <summary>Pictures of the smaller run: to train on, to validate, to test.</summary>
    public static readonly (int Training, int Validation, int Test) Small = (120, 24, 24);

    /// <summary>Shards of the evaluation of the published model: other ones than the run's own.</summary>
    public const int Shards = 7;

    /// <summary>Points of AD(15 %) within which one and two workers have to be.</summary>
    public const double Tolerance = 1;

    public string TrainingTar => Path.Combine(Shared, "data", "cifar10", "train-20000.tar");

    public string TestTar => Path.Combine(Shared, "data", "cifar10", "test-2000.tar");

    public string ModelFolder => Path.Combine(Shared, "models", Model);

    /// <summary>Checks that everything is there.</summary>
    /// <exception cref="CliException">Something is missing; the message names it.</exception>
    public void Require()
    {
        string[] missing = [.. new[] { TrainingTar, TestTar, Path.Combine(ModelFolder, "model.json") }.Where(file => !File.Exists(file))];
        if (missing.Length == 0) return;
        throw new CliException(
            ExitCode.Machine, $"The proof needs {string.Join(", ", missing)}, which a plain clone does not have.",
            "Put a folder 'shared' with data/cifar10 and models/cifar10-resnet56 beside the clone, or name one with --shared. Without them, './ttame test' makes the small form of this proof, on the pictures of the repository.");
    }
}
