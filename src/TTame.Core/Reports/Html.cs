using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace TTame.Core.Reports;

/// <summary>HTML under construction: what is interpolated is escaped, unless it is HTML already.</summary>
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder text = new();

    /// <summary>Adds literal markup with escaped values between.</summary>
    public Html Add([InterpolatedStringHandlerArgument("")] ref Handler markup) => this;

    /// <summary>Adds markup as it stands; only for text that this program carries itself.</summary>
    public Html AddMarkup(string markup)
    {
        text.Append(markup);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    /// <summary>Writes straight into the page; values in invariant culture, escaped for text and quoted attributes alike.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        private readonly StringBuilder text;

        public Handler(int literalLength, int formattedCount, Html page) => text = page.text;

        public void AppendLiteral(string markup) => text.Append(markup);

        public void AppendFormatted(Html inner) => text.Append(inner.text);

        public void AppendFormatted<T>(T value, string? format = null)
            => text.Append(Encoder.Encode(value is IFormattable f ? f.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? ""));
    }
}
