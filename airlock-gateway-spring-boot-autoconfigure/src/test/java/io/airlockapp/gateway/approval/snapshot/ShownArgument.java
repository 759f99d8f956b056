package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.Arrays;

import io.airlockapp.gateway.approval.snapshot.Masking;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes values as the one argument of a method of a class.
 */
final class ShownArgument {

	private final Masking masking = new Masking();

	private final Class<?> methods;

	private final ArgumentWriter writer;

	/**
	 * Create an instance.
	 * @param methods the class whose methods take one value each
	 * @param mapper the application's mapper
	 */
	ShownArgument(Class<?> methods, JsonMapper mapper) {
		this.methods = methods;
		this.writer = new ArgumentWriter(mapper);
	}

	ObjectNode write(String name, Object value) {
		Method method = Arrays.stream(this.methods.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		return this.writer.write(new MethodArguments(this.methods, method, new Object[] { value }), this.masking);
	}

	/**
	 * Return what the command shows of a value.
	 * @param name the method
	 * @param value the value
	 * @return the text
	 */
	String command(String name, Object value) {
		String text = CommandText.of("S.m", write(name, value), false).text();
		return text.substring(text.indexOf('=') + 1, text.length() - 1);
	}

	String digest(String name, Object value) {
		return ArgumentWriter.digest(write(name, value));
	}

}
