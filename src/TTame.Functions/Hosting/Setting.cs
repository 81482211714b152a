namespace TTame.Functions.Hosting;

/// <summary>One setting of the app: its name, the text it has when nobody sets it, and what it means.</summary>
/// <param name="Name">The app setting's name, as in <c>local.settings.json</c> or the environment.</param>
/// <param name="Default">Its text when it is absent or empty.</param>
/// <param name="Allowed">Which texts it takes, in words.</param>
/// <param name="Meaning">What it does, one sentence.</param>
public sealed record Setting(string Name, string Default, string Allowed, string Meaning);

/// <summary>Says that a setting's text is not one of those it takes. The app does not start.</summary>
/// <param name="setting">The setting.</param>
/// <param name="value">The text found.</param>
public sealed class SettingException(Setting setting, string value)
    : ArgumentException($"Setting '{setting.Name}' is '{value}'; it takes {setting.Allowed}. Correct it, or remove it to get '{setting.Default}'.", setting.Name)
{
    /// <summary>The setting at fault.</summary>
    public Setting Setting { get; } = setting;

    /// <summary>The text that was found.</summary>
    public string Value { get; } = value;
}
