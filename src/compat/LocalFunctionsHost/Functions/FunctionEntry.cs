using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalFunctionsHost.Functions;

/// <summary>One function found in the app: its method, its trigger, whether it is switched off.</summary>
public sealed record FunctionEntry(string Name, MethodInfo Method, ParameterInfo TriggerParameter, TriggerBindingAttribute Trigger, bool Disabled)
{
    public string TriggerType => BindingNames.Of(Trigger);

    public string Id => $"Host.Functions.{Name}";

    /// <summary>What the function sees of itself.</summary>
    public FunctionDefinition Definition { get; } = new EntryDefinition(Name, Method);

    private sealed class EntryDefinition(string name, MethodInfo method) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters { get; } =
            [.. method.GetParameters().Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];

        public override string PathToAssembly => method.Module.FullyQualifiedName;

        public override string EntryPoint => $"{method.DeclaringType!.FullName}.{method.Name}";

        public override string Id => name;

        public override string Name => name;

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            method.GetParameters().Where(p => p.GetCustomAttribute<BindingAttribute>() is not null)
                .ToImmutableDictionary(p => p.Name!, BindingMetadata (p) => new Binding(p.Name!, BindingNames.Of(p.GetCustomAttribute<BindingAttribute>()!), BindingDirection.In));

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = Outputs(method);

        private static ImmutableDictionary<string, BindingMetadata> Outputs(MethodInfo method)
        {
            var found = ImmutableDictionary.CreateBuilder<string, BindingMetadata>();
            if (method.GetCustomAttribute<OutputBindingAttribute>() is { } own) found["$return"] = new Binding("$return", BindingNames.Of(own), BindingDirection.Out);
            var result = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : method.ReturnType;
            foreach (var property in result.GetProperties())
                if (property.GetCustomAttribute<OutputBindingAttribute>() is { } output)
                    found[property.Name] = new Binding(property.Name, BindingNames.Of(output), BindingDirection.Out);
            return found.ToImmutable();
        }
    }

    private sealed class Binding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}

/// <summary>The binding's name as function metadata has it: BlobTriggerAttribute is <c>blobTrigger</c>.</summary>
internal static class BindingNames
{
    public static string Of(BindingAttribute attribute)
    {
        string name = attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);
        name = name switch { "BlobInput" or "BlobOutput" => "blob", "QueueOutput" => "queue", "HttpResult" => "http", _ => name };
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
