package io.airlockapp.gateway.approval.verification;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Holds the uses of {@code this} by a method.
 *
 * @param calls the methods that it calls on {@code this}
 * @param receivers the methods that it passes {@code this} to
 */
record SelfReferences(Set<Call> calls, Set<Receiver> receivers) {

	static final SelfReferences NONE = new SelfReferences(Set.of(), Set.of());

	static SelfReferences empty() {
		return new SelfReferences(new LinkedHashSet<>(), new LinkedHashSet<>());
	}

	/**
	 * Call on {@code this}.
	 *
	 * @param method the name of the method with its descriptor
	 * @param superclass the class to start the search for the method in, if methods that
	 * override it are not called
	 */
	record Call(String method, @Nullable String superclass) {

	}

	/**
	 * Method that receives {@code this} as an argument.
	 *
	 * @param type the class of the method
	 * @param method the name of the method
	 * @param parameterType the type of the parameter
	 */
	record Receiver(String type, String method, String parameterType) {

		@Override
		public String toString() {
			return this.type + "." + this.method;
		}

	}

}
