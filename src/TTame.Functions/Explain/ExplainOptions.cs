using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>Everything beside the image and the model that decides what is written. Its hash tells whether a result is still the one asked for.</summary>
/// <param name="Classes">The selection's canonical text.</param>
/// <param name="Faithfulness">The sampling's canonical text.</param>
/// <param name="OverlayOpacity">Opacity, [0, 1].</param>
/// <param name="OverlayColourMap">Name of the colour map.</param>
public sealed record ExplainOptions(string Classes, string Faithfulness, double OverlayOpacity, string OverlayColourMap)
{
    /// <summary>The options of one request under the app's settings.</summary>
    public static ExplainOptions Of(ExplainRequest request, ServiceSettings settings)
        => new(request.Classes.Text, settings.Faithfulness.Text, settings.OverlayOpacity, settings.OverlayColourMap.ToLowerInvariant());

    /// <summary>SHA-256 of the options, 64 lower-case hexadecimal digits.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"classes={Classes}\nfaithfulness={Faithfulness}\nopacity={OverlayOpacity:R}\ncolourMap={OverlayColourMap}\n"))));
}
