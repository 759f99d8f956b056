/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.Arrays;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes values as the one argument of a method of a class.
 */
final class ShownArgument {

	private final Masking masking = new Masking();

	private final Class<?> methods;

	private final SnapshotWriter writer;

	/**
	 * Create an instance.
	 * @param methods the class whose methods take one value each
	 */
	ShownArgument(Class<?> methods) {
		this(methods, new SnapshotWriter(new JsonMapper()));
	}

	/**
	 * Create an instance.
	 * @param methods the class whose methods take one value each
	 * @param writer the writer
	 */
	ShownArgument(Class<?> methods, SnapshotWriter writer) {
		this.methods = methods;
		this.writer = writer;
	}

	ArgumentSnapshot snapshot(String name, @Nullable Object value) {
		return this.writer.snapshot(arguments(name, value), this.masking);
	}

	/**
	 * Return the snapshot of another call, which has a key of its own for what is hidden.
	 */
	ArgumentSnapshot snapshotOfAnotherCall(String name, @Nullable Object value) {
		return this.writer.snapshot(arguments(name, value), new Masking());
	}

	private MethodArguments arguments(String name, @Nullable Object value) {
		Method method = Arrays.stream(this.methods.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		return new MethodArguments(this.methods, method, new Object[] { value });
	}

	ObjectNode write(String name, @Nullable Object value) {
		return snapshot(name, value).toJson();
	}

	/**
	 * Return what the command shows of a value. Classes that are declared beside the
	 * methods have their simple names.
	 * @param name the method
	 * @param value the value
	 * @return the text
	 */
	String command(String name, @Nullable Object value) {
		String text = CommandText.of("S.m", snapshot(name, value).all(), false).text();
		return text.substring(text.indexOf('=') + 1, text.length() - 1)
			.replace(this.methods.getEnclosingClass().getName() + "$", "");
	}

	/**
	 * Return the digest of what is signed.
	 * @param name the method
	 * @param value the value
	 * @return the digest
	 */
	String digest(String name, @Nullable Object value) {
		return ArtifactHash.of(CanonicalJson.toBytes(write(name, value)));
	}

}
