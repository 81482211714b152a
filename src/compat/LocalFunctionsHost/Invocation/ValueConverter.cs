using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LocalFunctionsHost.Invocation;

/// <summary>The worker's default conversions of binding data: text to simple types, JSON to anything else.</summary>
internal static class ValueConverter
{
    public static object? Convert(object value, Type type, string parameter, FunctionContext context)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsInstanceOfType(value)) return value;
        string text = value as string ?? JsonSerializer.Serialize(value);
        try
        {
            if (target == typeof(string)) return text;
            if (target == typeof(byte[])) return Encoding.UTF8.GetBytes(text);
            if (target == typeof(BinaryData)) return BinaryData.FromString(text);
            if (target.IsPrimitive || target.IsEnum || target == typeof(decimal) || target == typeof(Guid) || target == typeof(DateTime) || target == typeof(DateTimeOffset) || target == typeof(TimeSpan))
                return TypeDescriptor.GetConverter(target).ConvertFromString(null, CultureInfo.InvariantCulture, text.Trim('"'));
            return FromJson(BinaryData.FromString(text), type, context);
        }
        catch (Exception bad) when (bad is FormatException or ArgumentException or JsonException or NotSupportedException)
        {
            throw new FunctionInputConverterException(
                $"Error converting 1 input parameters for Function '{context.FunctionDefinition.Name}': Cannot convert input parameter '{parameter}' to type '{type.FullName}' from '{text}'. Error: {bad.Message}", bad);
        }
    }

    public static object? FromJson(BinaryData json, Type type, FunctionContext context)
        => Serializer(context.InstanceServices).Deserialize(json.ToStream(), type, context.CancellationToken);

    public static ObjectSerializer Serializer(IServiceProvider services) => services.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer!;
}
