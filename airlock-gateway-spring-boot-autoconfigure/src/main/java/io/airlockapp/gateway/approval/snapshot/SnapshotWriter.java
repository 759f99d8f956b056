/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import tools.jackson.databind.ObjectMapper;

import org.springframework.util.unit.DataSize;

/**
 * Writes the arguments of calls as trees of their fields, which contain their complete
 * state: shown, masked or marked as left out. Arguments that cannot be read in full are
 * refused.
 */
public final class SnapshotWriter {

	/**
	 * The field with the members of an object of JSON, or the elements of an array.
	 */
	public static final String JSON_CONTENT = "_children";

	private final StateFields stateFields;

	private final ValueTypes valueTypes;

	private final DataSize maxSize;

	/**
	 * Create a writer without formatters, with a maximum size of 64 KB.
	 * @param applicationMapper the mapper whose mix-ins annotate classes of libraries
	 */
	public SnapshotWriter(ObjectMapper applicationMapper) {
		this(List.of(applicationMapper), DataSize.ofKilobytes(64), List.of());
	}

	/**
	 * Create a writer.
	 * @param applicationMappers the mappers whose mix-ins annotate classes of libraries
	 * @param maxSize the maximum size of the arguments of one call
	 * @param formatters the formatters of the application
	 */
	public SnapshotWriter(Collection<ObjectMapper> applicationMappers, DataSize maxSize,
			List<ArgumentFormatter<?>> formatters) {
		this.stateFields = new StateFields((type) -> applicationMappers.stream()
			.flatMap((mapper) -> Stream.ofNullable(mapper.serializationConfig().findMixInClassFor(type))));
		this.valueTypes = new ValueTypes(formatters);
		this.maxSize = maxSize;
	}

	/**
	 * Create the snapshot of a call. Each argument is read when it is first needed.
	 * @param arguments the arguments
	 * @param masking the masking of hidden values
	 * @return the snapshot
	 */
	public ArgumentSnapshot snapshot(MethodArguments arguments, Masking masking) {
		return new ArgumentSnapshot(this, arguments, masking, false);
	}

	/**
	 * Create the snapshot of a call without masks, which cannot be read if a field that
	 * is left out for the approver has a value. It is never shown.
	 * @param arguments the arguments
	 * @param masking the masking of hidden values
	 * @return the snapshot
	 */
	public ArgumentSnapshot completeSnapshot(MethodArguments arguments, Masking masking) {
		return new ArgumentSnapshot(this, arguments, masking, true);
	}

	Reading newReading() {
		return new Reading(this.maxSize.toBytes());
	}

	/**
	 * Write an argument.
	 * @param arguments the call
	 * @param argument the argument
	 * @param masking the masking of hidden values
	 * @param reading the progress of the reading
	 * @param complete whether nothing is masked, and nothing may be left out
	 * @return the node
	 * @throws InvalidApprovalUsageException if the argument cannot be read or shown, or
	 * if the arguments are too large; the message contains no value
	 */
	SnapshotNode write(MethodArguments arguments, Argument argument, Masking masking, Reading reading,
			boolean complete) {
		if (argument.omitted()) {
			return new Omitted();
		}
		NodeWriter writer = new NodeWriter(this.stateFields, this.valueTypes, masking, reading, complete);
		Object value = arguments.values()[argument.index()];
		reading.begin();
		try {
			reading.count(argument.name());
			return argument.sensitive() ? writer.writeHidden(value, argument.type())
					: writer.write(value, argument.type());
		}
		catch (Throwable ex) {
			throw (ex instanceof AirlockGatewayException known) ? known
					: unreadable(arguments, argument, reading.path(), ex);
		}
	}

	private static InvalidApprovalUsageException unreadable(MethodArguments arguments, Argument argument, String path,
			Throwable failure) {
		String where = path.isEmpty() ? "" : "at '" + argument.name() + path + "', ";
		String reason = describe(failure);
		// Some reasons end in a remedy of their own
		String remedy = (reason.contains(". ") ? "" : ". Pass plain data")
				+ (reason.contains("@AirlockOmitted") ? "" : ", or leave it out with @AirlockOmitted");
		return new InvalidApprovalUsageException(
				onOneLine("Argument '%s' of %s cannot be shown to the approver, so it cannot be approved: %s%s%s%s"
					.formatted(argument.name(), arguments, where, reason, remedy,
							UnreadableTypes.adviceFor(arguments.targetClass()))));
	}

	/**
	 * Return a message without line breaks, which a name could contain.
	 */
	static String onOneLine(String message) {
		return message.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
	}

	private static String describe(Throwable failure) {
		if (failure instanceof UnreadableValueException) {
			return String.valueOf(failure.getMessage());
		}
		if (failure.getClass().getSimpleName().equals("LazyInitializationException")) {
			return "a lazy association is not loaded, and its session is closed (LazyInitializationException). Load it "
					+ "before the call, pass an id";
		}
		// The message of an exception in the argument's own code may contain secrets
		return "it cannot be read (%s)".formatted(failure.getClass().getSimpleName());
	}

}
