namespace TorchSharp;

public static partial class torch
{
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Native.Check(Native.tt_generator_new(seed, (int)this.device.type, this.device.index, out handle));
        }

        private Generator(nint handle) => (this.handle, device) = (handle, CPU);
        ~Generator() => Dispose(false);

        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Generator invalid -- empty handle.");
        public Device device { get; }
        public static Generator Default { get { Native.Check(Native.tt_generator_default(out nint held)); return new(held); } }

        public Tensor get_state() { Native.Check(Native.tt_generator_state(Handle, out nint state)); GC.KeepAlive(this); return Tensor.Own(state); }
        public void set_state(Tensor value) { Native.Check(Native.tt_generator_set_state(Handle, value.Handle)); GC.KeepAlive(this); GC.KeepAlive(value); }
        public Generator manual_seed(long seed) { Native.Check(Native.tt_generator_set_seed(Handle, (ulong)seed)); return this; }
        public long seed() { Native.Check(Native.tt_generator_seed(Handle, out ulong seed)); GC.KeepAlive(this); return (long)seed; }
        public long initial_seed() { Native.Check(Native.tt_generator_current_seed(Handle, out ulong seed)); GC.KeepAlive(this); return (long)seed; }
        public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }

        protected virtual void Dispose(bool disposing)
        {
            nint held = Interlocked.Exchange(ref handle, 0);
            if (held != 0) Native.tt_generator_free(held);
        }
    }

    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);
    public static long seed() { using Generator generator = Generator.Default; return generator.seed(); }
    public static long initial_seed() { using Generator generator = Generator.Default; return generator.initial_seed(); }
    public static Tensor get_rng_state() { using Generator generator = Generator.Default; return generator.get_state(); }
    public static void set_rng_state(Tensor new_state) { using Generator generator = Generator.Default; generator.set_state(new_state); }

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);
        public static Tensor get_rng_state() => torch.get_rng_state();
        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
