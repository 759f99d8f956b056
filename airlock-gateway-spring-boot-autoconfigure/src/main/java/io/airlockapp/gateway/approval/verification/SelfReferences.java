package io.airlockapp.gateway.approval.verification;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Holds what a method does with its own object.
 *
 * @param calls the methods that it calls on the object
 * @param receivers the methods that it passes the object to
 */
record SelfReferences(Set<Call> calls, Set<Receiver> receivers) {

	static final SelfReferences NONE = new SelfReferences(Set.of(), Set.of());

	static SelfReferences empty() {
		return new SelfReferences(new LinkedHashSet<>(), new LinkedHashSet<>());
	}

	/**
	 * Call on the object.
	 *
	 * @param method the method: its name with its descriptor
	 * @param superclass the class to look for the method in, if a subclass may override
	 * it without being called
	 */
	record Call(String method, @Nullable String superclass) {

	}

	/**
	 * Method that takes the object as an argument.
	 *
	 * @param type the class of the method
	 * @param method the name of the method
	 * @param parameterType the class that the method takes
	 */
	record Receiver(String type, String method, String parameterType) {

		@Override
		public String toString() {
			return this.type + "." + this.method;
		}

	}

}
