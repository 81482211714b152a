using System.CommandLine;

namespace TTame.Cli;

/// <summary>Options that several commands take, the same everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>The model that explains where none is named.</summary>
    public const string DefaultModel = "efficientnet-lite0";

    /// <summary><c>--model NAME</c>.</summary>
    public static Option<string> Model() => new("--model") { Description = $"Name of a model; 'ttame models' lists them. Default: {DefaultModel}.", HelpName = "NAME", DefaultValueFactory = _ => DefaultModel };

    /// <summary>An option's value where the command line has it; null where its default would be taken.</summary>
    public static T? Given<T>(ParseResult parsed, Option<T> option) where T : class => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    /// <summary><c>--models DIR</c>.</summary>
    public static Option<string> Models() => new("--models") { Description = "Folder of the models. Default: the repository's 'models'.", HelpName = "DIR", DefaultValueFactory = _ => RepositoryFolder.DefaultModels };

    /// <summary><c>--device auto|cpu|cuda</c>.</summary>
    public static Option<string> Device()
    {
        var option = new Option<string>("--device") { Description = "What computes: auto takes the GPU where there is one.", DefaultValueFactory = _ => Devices.Auto };
        option.AcceptOnlyFromAmong(Devices.Auto, Devices.Cpu, Devices.Cuda);
        return option;
    }

    /// <summary>An option that takes a whole number of at least <paramref name="least"/>.</summary>
    public static Option<int> Count(string name, string description, int value, int least = 1)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: {value}.", HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int given) && given < least) result.AddError($"{name} takes a whole number of at least {least}, not {given}.");
        });
        return option;
    }

    /// <summary>An option that takes a number in a range.</summary>
    public static Option<double> Number(string name, string description, double value, double least, double most)
    {
        var option = new Option<double>(name) { Description = $"{description} Default: {value}.", HelpName = "X", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, out double given) && !(given >= least && given <= most)) result.AddError($"{name} takes a number from {least} to {most}, not {given}.");
        });
        return option;
    }
}
