package io.airlockapp.gateway.approval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.context.expression.MethodBasedEvaluationContext;

/**
 * Knows the arguments of a call by the names of their parameters. An expression that
 * names none of them fails. Otherwise a mistaken name is a {@code null}, which is less
 * than every number: it would let calls run.
 */
final class ArgumentContext extends MethodBasedEvaluationContext {

	private final Set<String> names = new HashSet<>();

	ArgumentContext(MethodArguments arguments) {
		super(null, arguments.method(), arguments.values(), MethodArguments.PARAMETER_NAMES);
		setPropertyAccessors(new ArrayList<>(List.of(new WholePropertyAccessor())));
		// Loads the arguments now, so that none is loaded over what is set later
		super.lookupVariable("");
		@Nullable Object[] values = arguments.values();
		@Nullable String[] parameters = MethodArguments.PARAMETER_NAMES.getParameterNames(arguments.method());
		for (int i = 0; i < values.length; i++) {
			this.names.addAll(List.of("a" + i, "p" + i));
		}
		for (int i = 0; parameters != null && i < values.length; i++) {
			String name = parameters[i];
			if (name != null) {
				this.names.add(name);
				// Again, since a name such as p1 may have been taken for an index
				setVariable(name, values[i]);
			}
		}
	}

	@Override
	public @Nullable Object lookupVariable(String name) {
		Object value = super.lookupVariable(name);
		if (value == null && !this.names.contains(name)) {
			throw new UnknownParameterException();
		}
		return value;
	}

	@SuppressWarnings("serial")
	private static final class UnknownParameterException extends RuntimeException {

	}

}
