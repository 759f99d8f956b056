package io.airlockapp.gateway.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.store.PairingStore.Entry;
import org.jspecify.annotations.Nullable;

/**
 * File format of an entry: a line with the format, one with the version, one with a
 * checksum over name, version and text, and then the text.
 */
final class EntryFile {

	/**
	 * More bytes than any entry's file has.
	 */
	static final int MAX_SIZE = EntryRules.MAX_SIZE + 1024;

	private static final String FORMAT = "airlock-entry 1";

	private EntryFile() {
	}

	static String nameOf(String entry) {
		return EntryRules.requireName(entry) + ".entry";
	}

	static byte[] encode(String name, Entry entry) {
		return EntryRules.encode(String.join("\n", FORMAT, entry.version(), checksum(name, entry), entry.text()));
	}

	/**
	 * Read an entry.
	 * @return the entry, or {@code null} if it was cut off or changed
	 */
	static @Nullable Entry decode(String name, byte[] bytes) {
		String[] parts;
		try {
			parts = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().split("\n", 4);
		}
		catch (CharacterCodingException ex) {
			return null;
		}
		if (parts.length != 4 || !parts[0].equals(FORMAT)) {
			return null;
		}
		Entry entry = new Entry(parts[3], parts[1]);
		return parts[2].equals(checksum(name, entry)) ? entry : null;
	}

	private static String checksum(String name, Entry entry) {
		return ArtifactHash.of(EntryRules.encode(String.join("\n", name, entry.version(), entry.text())));
	}

}
