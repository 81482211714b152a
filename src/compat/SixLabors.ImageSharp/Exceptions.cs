namespace SixLabors.ImageSharp
{
    public class ImageFormatException : Exception
    {
        internal ImageFormatException(string message) : base(message)
        {
        }

        internal ImageFormatException(string message, Exception inner) : base(message, inner)
        {
        }
    }

    public sealed class UnknownImageFormatException : ImageFormatException
    {
        public UnknownImageFormatException(string errorMessage) : base(errorMessage)
        {
        }
    }

    public sealed class InvalidImageContentException : ImageFormatException
    {
        public InvalidImageContentException(string errorMessage) : base(errorMessage)
        {
        }

        public InvalidImageContentException(string errorMessage, Exception innerException) : base(errorMessage, innerException)
        {
        }
    }
}

namespace SixLabors.ImageSharp.Memory
{
    public class InvalidMemoryOperationException : InvalidOperationException
    {
        public InvalidMemoryOperationException(string message) : base(message)
        {
        }

        public InvalidMemoryOperationException()
        {
        }
    }
}
