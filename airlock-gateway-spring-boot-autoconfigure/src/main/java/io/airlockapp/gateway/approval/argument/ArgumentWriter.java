package io.airlockapp.gateway.approval.argument;

import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.argument.MethodArguments.Argument;
import io.airlockapp.gateway.approval.argument.json.MaskNode;
import io.airlockapp.gateway.approval.argument.json.Masking;
import io.airlockapp.gateway.approval.argument.json.SizeLimit;
import io.airlockapp.gateway.approval.argument.json.SnapshotContext;
import io.airlockapp.gateway.approval.argument.json.SnapshotMappers;
import io.airlockapp.gateway.approval.argument.json.UnserializableValueException;
import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Writes the arguments of a call as a tree that contains their complete state: shown,
 * masked or marked as left out. Arguments that can't be written in full are refused.
 */
public final class ArgumentWriter {

	public static final DataSize DEFAULT_MAX_SIZE = DataSize.ofKilobytes(64);

	private static final int MAX_PATH = 20;

	private final SnapshotMappers mappers;

	private final DataSize maxSize;

	public ArgumentWriter(JsonMapper applicationMapper) {
		this(applicationMapper, DEFAULT_MAX_SIZE);
	}

	/**
	 * Create a writer.
	 * @param applicationMapper the mapper that defines the names of properties
	 * @param maxSize the maximum size of the arguments of one call
	 */
	public ArgumentWriter(JsonMapper applicationMapper, DataSize maxSize) {
		this.mappers = new SnapshotMappers(applicationMapper);
		this.maxSize = maxSize;
	}

	/**
	 * Write the arguments by name.
	 * @param arguments the arguments
	 * @param masking the masking of sensitive values
	 * @return the tree
	 * @throws InvalidApprovalUsageException if an argument can't be shown, or if the
	 * arguments are too large; the message contains no value
	 */
	public ObjectNode write(MethodArguments arguments, Masking masking) {
		ObjectNode result = JsonNodeFactory.instance.objectNode();
		SizeLimit limit = new SizeLimit(this.maxSize.toBytes());
		SnapshotContext context = this.mappers.newContext(masking, limit);
		for (Argument argument : arguments.list()) {
			try {
				Assert.isTrue(!result.has(argument.name()), "another argument has the same name");
				result.set(argument.name(), write(argument, masking, context));
			}
			catch (RuntimeException ex) {
				if (limit.isExceeded()) {
					throw tooLarge(arguments, argument);
				}
				throw unshowable(arguments, argument, path(ex), describe(ex), ex);
			}
			catch (Error ex) {
				throw unshowable(arguments, argument, "", unwritable(ex), ex);
			}
		}
		return result;
	}

	private JsonNode write(Argument argument, Masking masking, SnapshotContext context) {
		if (argument.omitted()) {
			return MaskNode.OMITTED;
		}
		String obstacle = (argument.value() != null) ? SignatureChecks.findUnrepeatable(argument.value().getClass())
				: null;
		Assert.isNull(obstacle, () -> String.valueOf(obstacle));
		if (argument.sensitive()) {
			return masking.mask(context.writeHidden(argument.value()));
		}
		context.begin(argument.type());
		JsonNode value = this.mappers.writeShown(argument.value(), context);
		// A value without a canonical form has to fail here, where the name of the
		// argument is known
		CanonicalJson.toText(value);
		return value;
	}

	private InvalidApprovalUsageException tooLarge(MethodArguments arguments, Argument argument) {
		return new InvalidApprovalUsageException(
				("The arguments of %s are larger than %s bytes ('%s' is where the limit was reached), so approval is not requested. "
						+ "Pass less, such as an id, or raise 'airlock.gateway.approval.max-size'")
					.formatted(arguments, this.maxSize.toBytes(), argument.name()),
				null);
	}

	private static ApprovalUnavailableException unshowable(MethodArguments arguments, Argument argument, String path,
			String reason, Throwable failure) {
		String where = path.isEmpty() ? "" : "at '" + argument.name() + path + "', ";
		if (mayPass(failure)) {
			return new ApprovalUnavailableException(
					"Argument '%s' of %s can't be read at the moment, so approval is not requested: %s%s"
						.formatted(argument.name(), arguments, where, reason),
					null, null);
		}
		return new InvalidApprovalUsageException(
				("Argument '%s' of %s can't be shown to the approver, so it can't be approved: %s%s. Pass plain data that the "
						+ "application's JsonMapper can write, or leave a member out with @AirlockOmitted%s")
					.formatted(argument.name(), arguments, where, reason,
							SignatureChecks.adviceFor(arguments.targetClass())),
				null);
	}

	/**
	 * Return whether a failure is caused by the source of the argument's data, and not by
	 * the argument.
	 */
	private static boolean mayPass(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLTransientException || cause instanceof SQLRecoverableException
					|| cause instanceof OutOfMemoryError || LibraryTypes.hierarchy(cause.getClass())
						.anyMatch((type) -> type.getName().equals("org.springframework.dao.DataAccessException"))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return the path of a failure inside an argument. Keys of maps are data and are left
	 * out.
	 */
	private static String path(RuntimeException ex) {
		if (!(ex instanceof JacksonException failure)) {
			return "";
		}
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : withoutRepetition(failure.getPath())) {
			if (reference.getPropertyName() == null) {
				path.append('[').append(reference.getIndex()).append(']');
			}
			else {
				path.append((reference.from() instanceof Map) ? "[…]" : "." + reference.getPropertyName());
			}
		}
		return path.toString();
	}

	/**
	 * Return the references up to the first one from an object that occurred before,
	 * which closes a cycle.
	 */
	private static List<JacksonException.Reference> withoutRepetition(List<JacksonException.Reference> references) {
		Set<Object> owners = Collections.newSetFromMap(new IdentityHashMap<>());
		for (int i = 0; i < references.size(); i++) {
			if (i == MAX_PATH || !owners.add(references.get(i).from())) {
				return references.subList(0, i);
			}
		}
		return references;
	}

	private static String describe(RuntimeException ex) {
		if (ex instanceof UnserializableValueException unshowable) {
			return unshowable.getOriginalMessage();
		}
		if (ex instanceof InvalidDefinitionException definition && definition.getType() != null) {
			return "no properties of " + definition.getType() + " are visible";
		}
		// The message of an exception in the argument's own code may contain secrets
		boolean own = ex instanceof IllegalArgumentException && !(ex.getCause() instanceof RuntimeException);
		return (own && StringUtils.hasText(ex.getMessage())) ? ex.getMessage() : unwritable(ex);
	}

	private static String unwritable(Throwable ex) {
		// The cause is more specific than Jackson's wrapper, and its class name is not
		// data
		Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
		if (cause instanceof StreamConstraintsException || cause instanceof StackOverflowError) {
			return "it refers to an object that encloses it, or is nested too deeply. Leave one side of a bidirectional "
					+ "association out, or pass an id";
		}
		if (cause.getClass().getSimpleName().equals("LazyInitializationException")) {
			return "a lazy association is not loaded, and its session is closed (LazyInitializationException). Load it "
					+ "before the call, or pass an id";
		}
		return "it can't be written as JSON (%s)".formatted(cause.getClass().getSimpleName());
	}

	/**
	 * Return a digest of a tree, in which masks represent the values that they bind.
	 * @param snapshot the tree
	 * @return the digest
	 */
	public static String digest(JsonNode snapshot) {
		return ArtifactHash.of(CanonicalJson.toBytes(snapshot));
	}

}
