using TTame.Core.Imaging;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>How overlays look, by the app's settings.</summary>
internal static class OverlaySettings
{
    /// <summary>The options of every overlay.</summary>
    /// <exception cref="SettingException">There is no colour map of that name.</exception>
    public static OverlayOptions Of(ServiceSettings settings)
        => new(ColourMap.All.FirstOrDefault(m => m.Name.Equals(settings.OverlayColourMap, StringComparison.OrdinalIgnoreCase))
            ?? throw new SettingException(KnownSettings.OverlayColourMap, settings.OverlayColourMap), settings.OverlayOpacity);
}
