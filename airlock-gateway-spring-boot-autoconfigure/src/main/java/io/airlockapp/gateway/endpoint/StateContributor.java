package io.airlockapp.gateway.endpoint;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Adds to what operators are told.
 */
public interface StateContributor {

	/**
	 * Return under which name it is told.
	 * @return the name, in camel case
	 */
	String getName();

	/**
	 * Return what is told, which holds no secret.
	 * @return something that can be written as JSON, or {@code null} for nothing
	 */
	@Nullable Object getState();

	/**
	 * Create a contributor.
	 * @param name under which name it is told
	 * @param state returns what is told
	 * @return the contributor
	 */
	static StateContributor of(String name, Supplier<? extends @Nullable Object> state) {
		return new StateContributor() {

			@Override
			public String getName() {
				return name;
			}

			@Override
			public @Nullable Object getState() {
				return state.get();
			}

		};
	}

}
