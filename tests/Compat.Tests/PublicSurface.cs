using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TTame.Testing;

namespace Compat.Tests;

/// <summary>
/// What an assembly shows to others, one line per member, by reflection alone: type, kind of member, types and names of
/// parameters, defaults, tuple names. Stand-ins keep theirs as text in <c>Surface/</c>; the same lines compare a stand-in
/// with the real package.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>
    /// Compares <paramref name="assembly"/> with <c>Surface/&lt;name&gt;.txt</c>. With TTAME_WRITE_SURFACE=1 in the environment the
    /// file is written instead: review the difference against the contract before committing it.
    /// </summary>
    public static void AssertUnchanged(Assembly assembly)
    {
        string path = Path.Combine(Ground.Repository, "tests", "Compat.Tests", "Surface", assembly.GetName().Name + ".txt");
        string[] now = [.. Lines(assembly)];
        if (Environment.GetEnvironmentVariable("TTAME_WRITE_SURFACE") == "1") File.WriteAllLines(path, now);
        string[] kept = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] difference = [.. now.Except(kept).Select(line => "+ " + line), .. kept.Except(now).Select(line => "- " + line)];
        Assert.True(difference.Length == 0, $"The public surface of {assembly.GetName().Name} changed (TTAME_WRITE_SURFACE=1 writes it anew):\n{string.Join('\n', difference.Take(40))}");
    }

    /// <summary>Lines of <paramref name="standIn"/> that <paramref name="real"/> does not have.</summary>
    public static string[] Missing(Assembly standIn, Assembly real)
    {
        HashSet<string> there = [.. Types(real).Where(type => standIn.GetType(type.FullName!) is not null).SelectMany(Members)];
        return [.. Lines(standIn).Where(line => !there.Contains(line))];
    }

    public static IEnumerable<string> Lines(Assembly assembly) => Types(assembly).SelectMany(Members).Order(StringComparer.Ordinal);

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes().Where(type => type.IsVisible);
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>().Where(type => type.IsVisible);
        }
    }

    private static IEnumerable<string> Members(Type type)
    {
        string owner = $"{type.FullName}: ";
        yield return owner + (type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class")
            + (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? " : " + Name(parent) : "");
        if (type.IsEnum)
        {
            foreach (FieldInfo value in type.GetFields(BindingFlags.Public | BindingFlags.Static)) yield return owner + $"{value.Name} = {value.GetRawConstantValue()}";
            yield break;
        }
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            string? line;
            try
            {
                line = Line(member);
            }
            catch (Exception e) when (e is FileNotFoundException or FileLoadException or TypeLoadException)
            {
                line = null;                                       // it mentions a package that is not here, so no stand-in has it
            }
            if (line is not null) yield return owner + line;
        }
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo c when Shown(c) && !c.IsStatic => $"{Access(c)}ctor({Parameters(c)})",
        MethodInfo m when Shown(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && m.Name != "Finalize" =>
            $"{Access(m)}{(m.IsStatic ? "static " : m.IsAbstract ? "abstract " : m.IsVirtual && !m.IsFinal ? m.Attributes.HasFlag(MethodAttributes.NewSlot) ? "virtual " : "override " : "")}{Tuple(m.ReturnParameter, Name(m.ReturnType))} {m.Name}{Generic(m)}({Parameters(m)})",
        PropertyInfo p when (p.GetMethod ?? p.SetMethod) is { } accessor && (Shown(p.GetMethod) || Shown(p.SetMethod)) =>
            $"{(accessor.IsStatic ? "static " : "")}{Name(p.PropertyType)} {(p.GetIndexParameters().Length > 0 ? $"this[{string.Join(", ", p.GetIndexParameters().Select(Parameter))}]" : p.Name)} {{ {(Shown(p.GetMethod) ? "get; " : "")}{(Shown(p.SetMethod) ? "set; " : "")}}}",
        FieldInfo f when f.IsPublic || f.IsFamily => $"{(f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}{Name(f.FieldType)} {f.Name}",
        _ => null,
    };

    private static bool Shown(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };
    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";
    private static string Generic(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        return $"{way}{Tuple(parameter, Name(parameter.ParameterType))} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null => "null",
        bool value => value ? "true" : "false",
        string text => $"\"{text}\"",
        IFormattable value when parameter.ParameterType.IsEnum => Enum.ToObject(parameter.ParameterType, value).ToString()!,
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        object value => value.ToString()!,
    };

    private static string Tuple(ParameterInfo parameter, string type)
    {
        string?[]? names = parameter.GetCustomAttribute<TupleElementNamesAttribute>()?.TransformNames.ToArray();
        return names is null ? type : $"{type}{{{string.Join(",", names)}}}";
    }

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        string name = type.DeclaringType is { } outer && !type.IsGenericParameter ? $"{Bare(outer)}.{Bare(type)}" : Bare(type);
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    private static string Bare(Type type) => type.Name.Split('`')[0];
}
