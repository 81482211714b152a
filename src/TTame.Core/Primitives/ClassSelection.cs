using System.Globalization;

namespace TTame.Core.Primitives;

/// <summary>Which classes an image wants explained: the most confident k, all, or a list of ids and names.</summary>
/// <remarks>Texts: <c>top:k</c>, <c>all</c>, or items separated by commas or semicolons. A number is a class id, anything else a class name.</remarks>
public sealed class ClassSelection
{
    /// <summary>Overlays drawn when all classes are asked for; <c>maps.npy</c> has every row all the same.</summary>
    public const int OverlaysOfAll = 5;

    /// <summary>What nobody chose: <c>top:3</c>, and fewer of a model that has fewer classes.</summary>
    public static ClassSelection Usual { get; } = new("top:3", 3, []) { IsBound = true };

    private static readonly char[] Separators = [',', ';'];

    private ClassSelection(string text, int top, IReadOnlyList<string> items) => (Text, Top, Items) = (text, top, items);

    /// <summary>The selection's canonical text.</summary>
    public string Text { get; }

    /// <summary>k of <c>top:k</c>, else 0.</summary>
    public int Top { get; }

    /// <summary>Ids and names listed, else none.</summary>
    public IReadOnlyList<string> Items { get; }

    // Whether Top is a bound and not a wish.
    private bool IsBound { get; init; }

    /// <summary>Whether every class is wanted.</summary>
    public bool IsAll => Top == 0 && Items.Count == 0;

    /// <summary>Reads a selection; null where the text is none. Bounds that depend on the model are checked by <see cref="Resolve"/>.</summary>
    public static ClassSelection? Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.Equals("all", StringComparison.OrdinalIgnoreCase)) return new("all", 0, []);
        if (trimmed.StartsWith("top:", StringComparison.OrdinalIgnoreCase))
            return int.TryParse(trimmed.AsSpan("top:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int k) && k > 0
                ? new(string.Create(CultureInfo.InvariantCulture, $"top:{k}"), k, [])
                : null;
        string[] items = trimmed.Split(Separators, StringSplitOptions.TrimEntries);
        return items.Any(i => i.Length == 0) ? null : new(string.Join(';', items), 0, items);
    }

    /// <summary>The class ids wanted of a model, in the order of their ranks.</summary>
    /// <param name="names">The model's class names, by id.</param>
    /// <param name="byConfidence">All class ids, most confident first.</param>
    /// <param name="most">The most classes that may be listed or ranked.</param>
    /// <exception cref="ClassSelectionException">An id out of range, a name unknown or ambiguous, a class twice, k above <paramref name="most"/> or, unless it is <see cref="Usual"/>, above the model's classes.</exception>
    public IReadOnlyList<int> Resolve(IReadOnlyList<string> names, IReadOnlyList<int> byConfidence, int most)
    {
        int classes = byConfidence.Count;
        if (IsAll) return byConfidence;
        if (Math.Max(Top, Items.Count) > most) throw Bad($"{Math.Max(Top, Items.Count)} classes are asked for; at most {most} may be, or 'all'");
        if (Top > classes && !IsBound) throw Bad($"top:{Top} is asked for, the model has {classes} classes");
        if (Top > 0) return [.. byConfidence.Take(Top)];

        List<int> ids = [];
        foreach (string item in Items)
        {
            int id = IdOf(item, names, classes);
            if (ids.Contains(id)) throw Bad($"class {id} is asked for twice");
            ids.Add(id);
        }
        return ids;
    }

    private static int IdOf(string item, IReadOnlyList<string> names, int classes)
    {
        // A name made of digits loses to the id: ids always work.
        if (long.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long id))
            return id >= 0 && id < classes ? (int)id : throw Bad($"class {item} is asked for, the model's ids go from 0 to {classes - 1}");
        var matches = Enumerable.Range(0, names.Count).Where(i => names[i].Equals(item, StringComparison.OrdinalIgnoreCase)).ToList();
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw Bad($"no class is named '{item}'"),
            _ => throw Bad($"'{item}' names the classes {string.Join(", ", matches)}; ask for one of them by its id"),
        };
    }

    private static ClassSelectionException Bad(string reason) => new(reason);
}
