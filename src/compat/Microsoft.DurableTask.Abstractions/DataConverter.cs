using System.Text.Json;

namespace Microsoft.DurableTask
{
    public abstract class DataConverter
    {
        public abstract string? Serialize(object? value);

        public abstract object? Deserialize(string? data, Type targetType);

        public virtual T? Deserialize<T>(string? data) => (T?)Deserialize(data, typeof(T));
    }
}

namespace Microsoft.DurableTask.Converters
{
    public class JsonDataConverter : DataConverter
    {
        private readonly JsonSerializerOptions _options;

        public JsonDataConverter(JsonSerializerOptions? options = null) => _options = options ?? new JsonSerializerOptions { IncludeFields = true };

        public static JsonDataConverter Default { get; } = new();

        public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, _options);

        public override object? Deserialize(string? data, Type targetType) => data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);
    }
}
