using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Native;

/// <summary>libvips' C API, and the few GObject calls that set an operation's arguments without variadic functions.</summary>
internal static unsafe partial class Vips
{
    /// <summary>A GValue: a type and two words of payload.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct GValue
    {
        public nint Type;
        public ulong First;
        public ulong Second;
    }

    internal const nint ObjectType = 20 << 2;    // G_TYPE_OBJECT, a fundamental type with a fixed number

    private static readonly Lazy<bool> s_started = new(Start);

    internal static void Require() => _ = s_started.Value;

    private static bool Start()
    {
        VipsLibrary.Register();
        if (Init("SixLabors.ImageSharp") != 0) throw new InvalidOperationException($"libvips did not start: {TakeError()}");
        BlockUntrusted(1);             // loaders and savers that libvips itself does not trust with foreign files
        CacheSetMax(0);                // every file is read once: keeping operations only keeps memory
        ConcurrencySet(1);             // decoders run in the caller's thread
        LeakSet(0);
        LogSetDefaultHandler(&Silent, 0);
        return true;
    }

    /// <summary>libvips prints warnings about files to the console; a library says nothing there.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Silent(nint domain, int level, nint message, nint data)
    {
    }

    /// <summary>The errors since the last call. libvips keeps one buffer for the process: it is a hint, never a decision.</summary>
    internal static string TakeError()
    {
        string message = Marshal.PtrToStringUTF8(ErrorBuffer())?.Trim() ?? "";
        ErrorClear();
        return message;
    }

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)] private static partial int Init(string name);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_block_untrusted_set")] private static partial void BlockUntrusted(int state);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_cache_set_max")] private static partial void CacheSetMax(int max);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_concurrency_set")] private static partial void ConcurrencySet(int threads);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_leak_set")] private static partial void LeakSet(int leak);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_log_set_default_handler")]
    private static partial nint LogSetDefaultHandler(delegate* unmanaged[Cdecl]<nint, int, nint, nint, void> handler, nint data);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_error_buffer")] private static partial nint ErrorBuffer();
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_error_clear")] private static partial void ErrorClear();

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)] internal static partial nint OperationNew(string name);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_set_argument_from_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetArgument(nint operation, string name, string value);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_build")] internal static partial int ObjectBuild(nint operation);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_unref_outputs")] internal static partial void UnrefOutputs(nint operation);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_blob_get_type")] internal static partial nint BlobType();
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_init")] internal static partial GValue* ValueInit(GValue* value, nint type);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_unset")] internal static partial void ValueUnset(GValue* value);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_object")] internal static partial void ValueSetObject(GValue* value, nint instance);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_get_object")] internal static partial nint ValueGetObject(GValue* value);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_value_set_blob")] internal static partial void ValueSetBlob(GValue* value, nint free, void* data, nuint length);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_value_get_blob")] internal static partial byte* ValueGetBlob(GValue* value, out nuint length);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetProperty(nint instance, string name, GValue* value);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void GetProperty(nint instance, string name, GValue* value);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_ref")] internal static partial nint Ref(nint instance);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_unref")] internal static partial void Unref(nint instance);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_free")] internal static partial void Free(void* memory);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_width")] internal static partial int Width(nint image);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_height")] internal static partial int Height(nint image);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_bands")] internal static partial int Bands(nint image);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_format")] internal static partial BandFormat Format(nint image);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_interpretation")] internal static partial Interpretation Interpretation(nint image);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_int", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetInt(nint image, string name, out int value);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetBlob(nint image, string name, out byte* data, out nuint length);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint TypeOf(nint image, string name);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_new_from_memory")]
    internal static partial nint NewFromMemory(void* data, nuint size, int width, int height, int bands, BandFormat format);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_region_new")] internal static partial nint RegionNew(nint image);
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_region_fetch")]
    internal static partial byte* RegionFetch(nint region, int left, int top, int width, int height, out nuint length);
}

internal enum BandFormat
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
}

internal enum Interpretation
{
    BlackWhite = 1,
    Cmyk = 15,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
}
