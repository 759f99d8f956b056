/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Writes the arguments of a call as JSON from which the call is rebuilt later, possibly
 * by another process. A call whose arguments would not be rebuilt as what they are is
 * refused. The JSON contains the values that are masked for the approver, but no
 * {@link io.airlockapp.gateway.approval.AirlockOmitted} members: nobody approves them, so
 * whoever changes the JSON must not be able to set them.
 */
public final class ArgumentRecorder {

	private static final String KEY = "maskingKey";

	private static final String ARGUMENTS = "arguments";

	private final JsonMapper mapper;

	private final JsonMapper sorted;

	private final SnapshotWriter writer;

	/**
	 * Create a recorder.
	 * @param applicationMapper the mapper that writes and reads the arguments
	 * @param writer the writer of the snapshots with which arguments are compared
	 */
	public ArgumentRecorder(JsonMapper applicationMapper, SnapshotWriter writer) {
		this.mapper = RecordingMappers.create(applicationMapper);
		this.sorted = this.mapper.rebuild()
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.build();
		this.writer = writer;
	}

	/**
	 * Write the arguments of a call, and verify that they are rebuilt as what they are.
	 * @param arguments the arguments
	 * @param masking the masking with which the arguments are shown to the approver
	 * @return the JSON, with the arguments that were rebuilt from it
	 * @throws ApprovalUnavailableException if an argument cannot be rebuilt; the message
	 * contains the remedy, and no value
	 */
	public RecordedArguments record(MethodArguments arguments, Masking masking) {
		// It limits the size, before anything is written, which can change a field
		this.writer.completeSnapshot(arguments, masking).all();
		Type[] types = DurableSignatureChecks.parameterTypes(arguments.method(), arguments.targetClass());
		StringBuilder text = new StringBuilder(
				"{\"%s\":\"%s\",\"%s\":{".formatted(KEY, Base64.getEncoder().encodeToString(masking.key()), ARGUMENTS));
		for (Argument argument : arguments.list()) {
			if (argument.omitted()) {
				throw refusal(arguments, argument, "it is left out by @AirlockOmitted. Inject it");
			}
			text.append((argument.index() > 0) ? "," : "")
				.append(this.mapper.writeValueAsString(argument.name()))
				.append(':')
				.append(write(arguments, argument, arguments.values()[argument.index()], types[argument.index()]));
		}
		String recorded = text.append("}}").toString();
		RebuiltArguments rebuilt = rebuild(recorded, arguments.method(), arguments.targetClass());
		requireSame(arguments, rebuilt, masking);
		return new RecordedArguments(recorded, rebuilt);
	}

	/**
	 * Return the part of recorded arguments that equal arguments have in common.
	 * @param recorded the JSON
	 * @return the JSON without the masking key, which is another one for each call, and
	 * with its members in order, since that of some maps is another one in each process
	 */
	public String comparable(String recorded) {
		return this.sorted.writeValueAsString(this.sorted.readTree(recorded).get(ARGUMENTS));
	}

	/**
	 * Require that each argument is rebuilt as what it is, and that what is left out for
	 * the approver is empty.
	 */
	private void requireSame(MethodArguments arguments, RebuiltArguments rebuilt, Masking masking) {
		ArgumentSnapshot before = this.writer.completeSnapshot(arguments, masking);
		ArgumentSnapshot after = this.writer.completeSnapshot(rebuilt.arguments(), masking);
		for (Argument argument : arguments.list()) {
			String difference = SnapshotDifference.find(argument.name(), before.get(argument.index()),
					after.get(argument.index()));
			if (difference != null) {
				throw refusal(arguments, argument, difference);
			}
		}
	}

	/**
	 * Rebuild arguments.
	 * @param recorded the JSON
	 * @param method the method
	 * @param targetClass the class of the called object
	 * @return the arguments, which may be others than those that were recorded
	 * @throws ApprovalUnavailableException if they cannot be rebuilt; the message
	 * contains no value
	 */
	public RebuiltArguments rebuild(String recorded, Method method, Class<?> targetClass) {
		MethodArguments arguments = new MethodArguments(targetClass, method, new Object[method.getParameterCount()]);
		try (JsonParser parser = this.mapper.createParser(recorded)) {
			Masking masking = readMasking(parser);
			Type[] types = DurableSignatureChecks.parameterTypes(method, targetClass);
			for (Argument argument : arguments.list()) {
				require(argument.name().equals(parser.nextName()));
				parser.nextToken();
				arguments.values()[argument.index()] = read(arguments, argument, parser, types[argument.index()]);
			}
			require(parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == JsonToken.END_OBJECT
					&& parser.nextToken() == null);
			return new RebuiltArguments(arguments, masking, this.writer);
		}
		catch (IllegalArgumentException | JacksonException ex) {
			throw new InvalidApprovalUsageException(
					"What was recorded of a call of %s is not its arguments, so it cannot run".formatted(arguments));
		}
	}

	/**
	 * Read what precedes the arguments.
	 */
	private static Masking readMasking(JsonParser parser) {
		require(parser.nextToken() == JsonToken.START_OBJECT && KEY.equals(parser.nextName())
				&& parser.nextToken() == JsonToken.VALUE_STRING);
		Masking masking = Masking.restore(Base64.getDecoder().decode(parser.getString()));
		require(ARGUMENTS.equals(parser.nextName()) && parser.nextToken() == JsonToken.START_OBJECT);
		return masking;
	}

	private String write(MethodArguments arguments, Argument argument, @Nullable Object value, Type type) {
		try {
			return this.mapper.writerFor(this.mapper.constructType(type)).writeValueAsString(value);
		}
		catch (Exception | StackOverflowError ex) {
			throw refusal(arguments, argument, "it cannot be written%s. Pass plain data".formatted(reason(ex)));
		}
	}

	private @Nullable Object read(MethodArguments arguments, Argument argument, JsonParser parser, Type type) {
		try {
			return this.mapper.readerFor(this.mapper.constructType(type)).readValue(parser);
		}
		catch (Exception | LinkageError | StackOverflowError ex) {
			throw refusal(arguments, argument,
					"it cannot be read as it is written%s. Each property needs a parameter of the constructor or a setter; mark "
						.formatted(reason(ex)) + "one that has neither with @JsonIgnore if it follows from the others");
		}
	}

	private static String reason(Throwable ex) {
		if (ex instanceof PropertyBindingException unknown && unknown.getReferringClass() != null) {
			Class<?> type = unknown.getReferringClass();
			String name = unknown.getPropertyName();
			// Without an accessor, it may be the key of a map
			boolean declared = BeanUtils.getPropertyDescriptor(type, name) != null || ClassUtils.hasMethod(type, name);
			return " (%s for %s%s)".formatted(ex.getClass().getSimpleName(), declared ? "'" + name + "' of " : "",
					type.getName());
		}
		// The message may contain the value
		return " (%s)".formatted(ex.getClass().getSimpleName());
	}

	private static void require(boolean expected) {
		Assert.isTrue(expected, "Not the recorded arguments");
	}

	private static InvalidApprovalUsageException refusal(MethodArguments arguments, Argument argument, String reason) {
		return new InvalidApprovalUsageException(
				"Argument '%s' of %s cannot be recorded and rebuilt: %s".formatted(argument.name(), arguments, reason));
	}

	/**
	 * Find the reason why calls of a method cannot be recorded, also because of the
	 * properties from which Jackson rebuilds its parameters. What is rebuilt in another
	 * way, or whose class is known only by its value, is verified with each call.
	 * @param method the method
	 * @param targetClass the class of the called object
	 * @return the reason, or {@code null} if there is none
	 */
	public @Nullable String findObstacle(Method method, Class<?> targetClass) {
		String obstacle = DurableSignatureChecks.find(method, targetClass);
		Type[] types = DurableSignatureChecks.parameterTypes(method, targetClass);
		List<String> names = MethodArguments.names(method);
		return (obstacle != null) ? obstacle : IntStream.range(0, types.length).mapToObj((i) -> {
			String member = findInMembers(names.get(i), this.mapper.constructType(types[i]), new HashSet<>());
			return (member != null) ? "its parameter " + member : null;
		}).filter((found) -> found != null).findFirst().orElse(null);
	}

	private @Nullable String findInMembers(String path, JavaType type, Set<JavaType> visited) {
		if (!visited.add(type)) {
			return null;
		}
		if (type.getContentType() != null) {
			return findInMembers(path, type.getContentType(), visited);
		}
		try {
			Iterator<SettableBeanProperty> properties = properties(type);
			String found = null;
			while (found == null && properties.hasNext()) {
				found = findInProperty(path, properties.next(), visited);
			}
			return found;
		}
		catch (JacksonException ex) {
			return "'%s' has a %s, which the JsonMapper cannot read (%s)".formatted(path, type.getRawClass().getName(),
					ex.getClass().getSimpleName());
		}
	}

	private @Nullable String findInProperty(String path, SettableBeanProperty property, Set<JavaType> visited) {
		String member = path + "." + property.getName();
		if (!LibraryTypes.contain(property.getValueDeserializer().getClass())) {
			// It may read more than the type declares
			return null;
		}
		String obstacle = findInTypes(property.getType());
		return (obstacle != null) ? "'%s' %s".formatted(member, obstacle)
				: findInMembers(member, property.getType(), visited);
	}

	private static @Nullable String findInTypes(JavaType type) {
		if (type.getTypeHandler() != null) {
			return null;
		}
		if (type.isArrayType()) {
			return findInTypes(type.getContentType());
		}
		String obstacle = DurableSignatureChecks.findInClass(type.getRawClass());
		if (obstacle != null || type.getContentType() == null) {
			return obstacle;
		}
		return findInTypes(type.getContentType());
	}

	private Iterator<SettableBeanProperty> properties(JavaType type) {
		ValueDeserializer<?> deserializer = LibraryTypes.isOfJava(type.getRawClass()) ? null
				: this.mapper._deserializationContext().findRootValueDeserializer(type);
		return (deserializer instanceof BeanDeserializerBase bean) ? bean.properties() : Collections.emptyIterator();
	}

	/**
	 * Arguments as they are recorded.
	 *
	 * @param text the JSON
	 * @param rebuilt the arguments that were rebuilt from it, and are the same as the
	 * recorded ones
	 */
	public record RecordedArguments(String text, RebuiltArguments rebuilt) {

		@Override
		public String toString() {
			return "RecordedArguments";
		}

	}

}
