package io.airlockapp.gateway.client;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.airlockapp.gateway.harp.HarpJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The do-not-disturb policies in force, unsigned. Policies that can't be read are left
 * out: each is advice, and without it the person is asked.
 *
 * @param policies the policies
 */
public record DndPolicies(List<DndPolicy> policies) {

	public DndPolicies {
		policies = List.copyOf(policies);
	}

	/**
	 * Read an envelope with the policies as its body, or a bare array.
	 * @param json the answer
	 * @return the policies
	 */
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static DndPolicies of(JsonNode json) {
		List<DndPolicy> policies = new ArrayList<>();
		for (JsonNode element : json.isArray() ? json : json.path("body")) {
			try {
				policies.add(HarpJson.mapper().treeToValue(element, DndPolicy.class));
			}
			catch (JacksonException ex) {
				continue;
			}
		}
		return new DndPolicies(policies);
	}

}
