import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;

/** OpenJDK's opinion of Windows-31J: "E <code point> <bytes>" for what it writes, "D <bytes> <code unit>" for what it reads. */
class Windows31jTable {
    private static final Charset CHARSET = Charset.forName("windows-31j");

    public static void main(String[] arguments) throws IOException {
        try (PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16))) {
            written(out);
            read(out);
        }
    }

    private static void written(PrintStream out) {
        CharsetEncoder encoder = CHARSET.newEncoder();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            String text = Character.toString(point);
            if (!encoder.canEncode(text)) continue;
            out.println("E " + Integer.toHexString(point) + " " + hex(text.getBytes(CHARSET)));
        }
    }

    private static void read(PrintStream out) {
        CharsetDecoder decoder = CHARSET.newDecoder();
        for (int code = 0; code <= 0xffff; code++) {
            byte[] bytes = code < 0x100 ? new byte[] {(byte) code} : new byte[] {(byte) (code >> 8), (byte) code};
            try {
                CharBuffer text = decoder.decode(ByteBuffer.wrap(bytes));
                if (text.length() != 1) continue;
                out.println("D " + hex(bytes) + " " + Integer.toHexString(text.charAt(0)));
            } catch (CharacterCodingException refused) {
                // No character of Windows-31J.
            }
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) text.append(String.format("%02x", each));
        return text.toString();
    }
}
