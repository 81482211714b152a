using System.Text;

namespace TTame.Functions.Hosting;

/// <summary>The text of <c>docs/SETTINGS.md</c>, made from <see cref="KnownSettings"/>; a test keeps the two alike.</summary>
public static class SettingsDocument
{
    /// <summary>The document, Markdown.</summary>
    public static string Write()
    {
        var text = new StringBuilder("""
            # Settings

            App settings (`Values` of `local.settings.json`, or environment variables). They are read and checked once, at the start;
            a value that a setting does not take stops the app with the setting's name. An image's blob metadata `model` and `classes`
            go before the settings of those names.

            | setting | default | takes | meaning |
            |---|---|---|---|

            """);
        foreach (var s in KnownSettings.All)
            text.Append($"| `{s.Name}` | {(s.Default.Length == 0 ? "(empty)" : $"`{s.Default}`")} | {s.Allowed} | {s.Meaning} |\n");
        return text.Append($"""

            Images are read from the container `{ServiceSettings.ImagesContainer}`; the trigger's path carries that name, so it is not a setting.
            `AzureWebJobsStorage` is the storage account: a connection string, or `AzureWebJobsStorage__accountName` with a managed identity.

            """).ToString();
    }
}
